#pragma once
/// The file of the library or program that holds `address`, or NULL.
const char *lg_image_path(const void *address);
