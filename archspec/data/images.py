"""Files of images, read with Pillow: whole, or not at all."""

from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from archspec.diagnostics import Problem, problem
from archspec.files import regular

ENDINGS = (".bmp", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp")
FORMATS = ("BMP", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
LARGEST = 50_000_000
"""Pixels of an image: a small file may say that it has any number."""
MODES = {1: "L", 3: "RGB"}
WIDE = ("I", "F")
"""What the modes of more than 8 bits begin with."""


def channels(path: Path, count: int) -> NDArray[np.uint8]:
    """An image as C x H x W, gray (1) or RGB (3) whatever the file has.

    Raises Problem E621 for a file that is no image, not whole, too large, or of more than 8 bits a channel.
    """
    image = decoded(path)
    if image.mode.startswith(WIDE):
        raise damaged(path, f"pixels of mode {image.mode}, expected 8 bits for each colour")
    if image.mode == "P":  # its palette may have transparency, which Pillow warns of unless it is kept at first
        image = image.convert("RGBA")
    pixels = np.asarray(image.convert(MODES[count])).reshape(image.height, image.width, count)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))


def classes_of_pixels(path: Path) -> NDArray[np.uint8]:
    """A map of classes, H x W: the index in the palette, or the gray value. Raises Problem E621 for other images."""
    image = decoded(path)
    if image.mode not in ("P", "L", "1"):
        raise damaged(path, f"pixels of mode {image.mode}, expected a palette or gray values, which are the classes")
    return np.array(image, np.uint8)


def decoded(path: Path) -> Image.Image:
    """An image with all its pixels. Raises Problem E621."""
    with regular(path) as file:
        try:
            checked = sized(path, file)
            checked.verify()  # which reads all parts of a PNG, but for the last one's checksum, and leaves no image
            if checked.format == "PNG" and len(file.read(4)) < 4:
                raise damaged(path, "it is cut short")
            image = sized(path, file)
            image.load()
        except Problem:
            raise
        except Exception as error:  # for a damaged file Pillow raises whatever its parsing comes to
            raise damaged(path, f"{str(error) or type(error).__name__}, expected an image") from None
    return image


def sized(path: Path, file: IO[bytes]) -> Image.Image:
    """An image of which only the header is read. Raises Problem E621 where it is too large, or not the only one."""
    file.seek(0)
    image = Image.open(file, formats=FORMATS)
    if image.width * image.height > LARGEST:
        raise damaged(path, f"{image.height:,} x {image.width:,} pixels, expected at most {LARGEST:,}")
    count = getattr(image, "n_frames", 1)
    if count > 1 and image.format != "MPO":  # a photograph with a smaller copy of it
        raise damaged(path, f"{count} images in one file, expected one")
    return image


def damaged(path: Path, found: str) -> Problem:
    """Problem E621 of a file or a folder."""
    return problem("E621", f"{path} is damaged", found)
