// SPDX-License-Identifier: GPL-2.0
/*
 * i2c-hil: an I2C adapter (bus 1) whose chips are register files that a program plays through debugfs.
 *
 * chips=0x29,0x10 names the addresses, wide=1,0 those whose register numbers have 16 bits (big endian) rather than 8.
 * In /sys/kernel/debug/i2c-hil, for each address in hexadecimal:
 *   ADDRESS             64 KiB of registers; read and write at an offset
 *   ADDRESS.writes      transfers so far that wrote to a register
 *   ADDRESS.reads       transfers so far that read
 *   ADDRESS.nack        so many of the next messages fail with EREMOTEIO, as on a Raspberry Pi
 *   ADDRESS.gone        1: the chip is not on the bus (unplugged); every message fails with EREMOTEIO
 *   ADDRESS.stretch_ms  each message takes so much longer: the chip stretches the clock
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/i2c.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/vmalloc.h>

#define MOST 8
#define SIZE 0x10000

static unsigned short chips[MOST];
static int count;
module_param_array(chips, ushort, &count, 0444);
static bool wide[MOST];
static int wide_count;
module_param_array(wide, bool, &wide_count, 0444);

static struct chip {
	u8 *registers;
	u16 at;
	u32 writes, reads, nack, gone, stretch_ms;
} played[MOST];

/* Registers are played from another task while the bus reads them. */
static DEFINE_MUTEX(lock);
static struct dentry *dir;
static struct platform_device *device;

static int message(struct chip *chip, bool is_wide, struct i2c_msg *msg)
{
	int used = 0, i;

	if (chip->stretch_ms)
		msleep(chip->stretch_ms);
	if (chip->gone)
		return -EREMOTEIO;
	if (chip->nack) {
		chip->nack--;
		return -EREMOTEIO;
	}
	mutex_lock(&lock);
	if (msg->flags & I2C_M_RD) {
		for (i = 0; i < msg->len; i++)
			msg->buf[i] = chip->registers[chip->at++];
		chip->reads++;
	} else {
		if (is_wide && msg->len == 1) {
			/* Half a register's number, its upper byte: nothing is written. */
			chip->at = msg->buf[0] << 8 | (chip->at & 0xff);
			used = 1;
		} else if (is_wide && msg->len >= 2) {
			chip->at = msg->buf[0] << 8 | msg->buf[1];
			used = 2;
		} else if (!is_wide && msg->len >= 1) {
			chip->at = msg->buf[0];
			used = 1;
		}
		if (msg->len > used)
			chip->writes++;
		for (i = used; i < msg->len; i++)
			chip->registers[chip->at++] = msg->buf[i];
	}
	mutex_unlock(&lock);
	/* 400 kHz, nine bits a byte. */
	usleep_range(23 * (msg->len + 1), 23 * (msg->len + 1) + 20);
	return 0;
}

static int transfer(struct i2c_adapter *adapter, struct i2c_msg *msgs, int n)
{
	int i, c, error;

	for (i = 0; i < n; i++) {
		for (c = 0; c < count && chips[c] != msgs[i].addr; c++)
			;
		if (c == count)
			return -EREMOTEIO;
		error = message(&played[c], wide[c], &msgs[i]);
		if (error)
			return error;
	}
	return n;
}

static u32 functions(struct i2c_adapter *adapter)
{
	return I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;
}

static const struct i2c_algorithm algorithm = { .master_xfer = transfer, .functionality = functions };
static struct i2c_adapter adapter = { .owner = THIS_MODULE, .name = "i2c-hil", .algo = &algorithm, .nr = 1 };

static ssize_t registers_read(struct file *file, char __user *to, size_t n, loff_t *at)
{
	struct chip *chip = file->private_data;
	ssize_t done;

	mutex_lock(&lock);
	done = simple_read_from_buffer(to, n, at, chip->registers, SIZE);
	mutex_unlock(&lock);
	return done;
}

static ssize_t registers_write(struct file *file, const char __user *from, size_t n, loff_t *at)
{
	struct chip *chip = file->private_data;
	ssize_t done;

	mutex_lock(&lock);
	done = simple_write_to_buffer(chip->registers, SIZE, at, from, n);
	mutex_unlock(&lock);
	return done;
}

static const struct file_operations registers = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = registers_read,
	.write = registers_write,
	.llseek = default_llseek,
};

static void number(const char *what, int c, u32 *value)
{
	char name[24];

	snprintf(name, sizeof(name), "%02x.%s", chips[c], what);
	debugfs_create_u32(name, 0600, dir, value);
}

static void release(void)
{
	int c;

	debugfs_remove_recursive(dir);
	for (c = 0; c < count; c++)
		vfree(played[c].registers);
}

static int __init hil_init(void)
{
	char name[24];
	int c, error;

	if (count == 0)
		return -EINVAL;
	dir = debugfs_create_dir("i2c-hil", NULL);
	for (c = 0; c < count; c++) {
		played[c].registers = vzalloc(SIZE);
		if (!played[c].registers) {
			release();
			return -ENOMEM;
		}
		snprintf(name, sizeof(name), "%02x", chips[c]);
		debugfs_create_file(name, 0600, dir, &played[c], &registers);
		number("writes", c, &played[c].writes);
		number("reads", c, &played[c].reads);
		number("nack", c, &played[c].nack);
		number("gone", c, &played[c].gone);
		number("stretch_ms", c, &played[c].stretch_ms);
	}
	device = platform_device_register_simple("i2c-hil", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(device)) {
		release();
		return PTR_ERR(device);
	}
	adapter.dev.parent = &device->dev;
	error = i2c_add_numbered_adapter(&adapter);
	if (error) {
		platform_device_unregister(device);
		release();
	}
	return error;
}

static void __exit hil_exit(void)
{
	i2c_del_adapter(&adapter);
	platform_device_unregister(device);
	release();
}

module_init(hil_init);
module_exit(hil_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("I2C adapter whose chips are played through debugfs");
