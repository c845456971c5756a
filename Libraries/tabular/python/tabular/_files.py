"""Arrays and tables in folders: a manifest, and a file of plain elements for each tile.

    folder/manifest.json      {"format": "legate tiles", "type": "float64", "shape": [5, 9], "bounds": [[0, 3, 5], [0, 4, 8, 9]], …}
    folder/0.0, 0.1, …, 1.2   the tiles' elements, row by row, least byte first

Tiles need not be equal. Whoever computes a part of the array reads or writes that part, so that all workers and ranks do
it at once. A folder without a manifest is not complete: it is written last.
"""

import json
import os
import shutil
import sys

import numpy as np

from legate.core import Array, ListArray, StringArray, Table, as_store, get_legate_runtime

from ._columns import as_table
from ._launch import launch

_FORMAT, _VERSION = "legate tiles", 1
_DEFAULT_BYTES = 64 << 20
_runtime = get_legate_runtime()


# Arrays


def write_tiles(path, array, tiles=None, overwrite=False):
    """Writes an array into a folder, which must not be there unless ``overwrite`` is true.

    ``tiles`` is the shape of equal tiles, or for each axis a list of extents. Without it tiles are rows of about 64 MiB.
    """
    store = as_store(array)
    manifest = _array_manifest(store, _bounds(store, tiles))
    path = os.fspath(path)
    _begin(path, overwrite)
    _write_elements(path, store, manifest)
    _end(path, manifest)


def read_tiles(path):
    """The array in a folder that ``write_tiles`` has written."""
    path = os.fspath(path)
    manifest = _manifest(path, "array")
    _check_files(path, manifest)
    return _read_elements(path, manifest)


# Tables


def write_table(path, table, rows_per_tile=None, overwrite=False):
    """Writes a table into a folder: a folder for each store of each column."""
    table = as_table(table)
    if rows_per_tile is not None and rows_per_tile < 1:
        raise ValueError(f"a tile has at least one row, not {rows_per_tile}")
    path = os.fspath(path)
    described, stores = [], {}
    for k, (field, column) in enumerate(zip(table.fields, table.columns)):
        described.append({"name": field.name, **_describe(column, f"{k}", stores)})
    tiles = None if rows_per_tile is None else (rows_per_tile,)
    manifests = {name: _array_manifest(store, _bounds(store, tiles)) for name, store in stores.items()}
    _begin(path, overwrite)
    for name, store in stores.items():
        inner = os.path.join(path, name)
        os.makedirs(inner, exist_ok=True)
        _write_elements(inner, store, manifests[name])
        _end(inner, manifests[name])
    _end(path, {"kind": "table", "rows": table.num_rows, "columns": described})


def read_table(path):
    """The table in a folder that ``write_table`` has written."""
    path = os.fspath(path)
    manifest = _manifest(path, "table")
    columns = [_column(path, described) for described in manifest["columns"]]
    return Table.from_arrays([described["name"] for described in manifest["columns"]], columns)


def _describe(column, name, stores):
    """What a manifest says of a column; its stores, by the names of their folders."""
    result = {"stores": name, "nullable": column.null_mask is not None}
    if column.null_mask is not None:
        stores[name + ".mask"] = column.null_mask
    if isinstance(column, Array):
        stores[name + ".data"] = column.data
        return {"type": str(column.type), **result}
    stores[name + ".offsets"] = column.offsets
    if isinstance(column, StringArray):
        stores[name + ".characters"] = column.characters
        return {"type": "string", **result}
    return {"type": "list", "values": _describe(column.values, name + ".values", stores), **result}


def _column(path, described):
    name = described["stores"]
    mask = read_tiles(os.path.join(path, name + ".mask")) if described["nullable"] else None

    def part(suffix):
        return read_tiles(os.path.join(path, f"{name}.{suffix}"))

    if described["type"] == "string":
        return StringArray([mask, part("offsets"), part("characters")])
    if described["type"] == "list":
        return ListArray([mask, part("offsets")], _column(path, described["values"]))
    data = part("data")
    return Array(data.dtype, [mask, data])


# Tiles


def _bounds(store, tiles):
    """Where tiles begin along each axis of the store; one more entry holds the end."""
    shape = store.shape or (1,)
    if tiles is None:
        row = max(1, int(np.prod(shape[1:], dtype=np.int64)) * store.dtype.itemsize)
        tiles = (max(1, _DEFAULT_BYTES // row), *(max(1, extent) for extent in shape[1:]))
    tiles = tuple(tiles)
    if len(tiles) != len(shape):
        raise ValueError(f"tiles of an array with {len(shape)} axes have as many, not {len(tiles)}")
    return [_axis_bounds(axis, extent, tile) for axis, (extent, tile) in enumerate(zip(shape, tiles))]


def _axis_bounds(axis, extent, tile):
    if isinstance(tile, (int, np.integer)):
        if tile < 1:
            raise ValueError(f"tiles have at least one index along axis {axis}, not {tile}")
        return list(range(0, extent, int(tile))) + [extent]
    extents = [int(n) for n in tile]
    if any(n < 0 for n in extents) or sum(extents) != extent:
        raise ValueError(f"tiles of {extents} along axis {axis} do not make up its {extent} indices")
    return np.cumsum([0, *extents]).tolist()


def _array_manifest(store, bounds):
    return {"kind": "array", "type": store.dtype.name, "shape": list(store.shape), "bounds": bounds}


def _write_elements(path, store, manifest):
    if store.size:
        for file, _ in _files(path, manifest):
            open(file, "ab").close()
        _meet()
        array = store.array if store.ndim else store.array.reshape(1)
        launch("stored", [array], scalars=[path, manifest["bounds"]])


def _read_elements(path, manifest):
    shape = tuple(manifest["shape"])
    result = _runtime.create_store(manifest["type"], shape or (1,))
    if result.size:
        launch("loaded", outputs=[result], scalars=[path, manifest["bounds"]])
    return result.array if shape else result.array.reshape(())


def _files(path, manifest):
    """The file of each tile that has elements, and its bytes."""
    size = np.dtype(manifest["type"]).itemsize
    extents = [np.diff(bounds) for bounds in manifest["bounds"]]
    for color in np.ndindex(*(len(list_) for list_ in extents)):
        count = int(np.prod([list_[c] for list_, c in zip(extents, color)], dtype=np.int64))
        if count:
            yield os.path.join(path, ".".join(map(str, color))), size * count


def _check_files(path, manifest):
    """Says before anything is launched what is missing or too short."""
    for file, wanted in _files(path, manifest):
        found = os.path.getsize(file)
        if found != wanted:
            raise ValueError(f"{file} has {found} bytes; its tile has {wanted}")


# Folders, on any number of ranks


def _meet():
    """Every rank is here before any goes on."""
    launch("meet")


def _begin(path, overwrite):
    """An empty folder. What was there and is no array or table of ours stays, and is an error."""
    if os.path.exists(path):
        if not overwrite:
            raise FileExistsError(f"{path} is there already; overwrite=True replaces it")
        if not os.path.isdir(path) or os.listdir(path) and not os.path.exists(os.path.join(path, "manifest.json")):
            raise FileExistsError(f"{path} is no folder of tiles: it is not overwritten")
    _meet()
    if _runtime.node_id == 0 and os.path.exists(path):
        shutil.rmtree(path)
    _meet()
    os.makedirs(path, exist_ok=True)


def _end(path, manifest):
    """Writes the manifest: now the folder is complete."""
    _meet()
    if _runtime.node_id == 0:
        text = json.dumps({"format": _FORMAT, "version": _VERSION, "byte_order": sys.byteorder, **manifest})
        with open(os.path.join(path, "manifest.json"), "w", encoding="utf-8") as file:
            file.write(text + "\n")
    _meet()


def _manifest(path, kind):
    file = os.path.join(path, "manifest.json")
    try:
        with open(file, encoding="utf-8") as text:
            manifest = json.load(text)
        is_ours = manifest.get("format") == _FORMAT
    except (json.JSONDecodeError, AttributeError, UnicodeDecodeError):
        is_ours = False
    if not is_ours:
        raise ValueError(f"{file} describes no tiles")
    if manifest.get("version") != _VERSION:
        raise ValueError(f"{file} is of version {manifest.get('version')}; version {_VERSION} is known")
    if manifest.get("byte_order") != sys.byteorder:
        raise NotImplementedError(f"{file}: elements with the {manifest.get('byte_order')} end first")
    if manifest.get("kind") != kind:
        raise ValueError(f"{path} holds one {manifest.get('kind')}, no {kind}")
    return manifest
