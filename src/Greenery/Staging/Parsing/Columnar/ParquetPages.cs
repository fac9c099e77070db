using Greenery.Staging.Parsing.Records;
using Parquet.Meta;
using Column = Parquet.Meta.ColumnMetaData;

namespace Greenery.Staging.Parsing.Columnar;

/// <summary>
/// Looks at the headers of all pages of a row group before it is read: Parquet.Net takes memory for what they say, and
/// of some forms that it does not read it makes values that are not in the file.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="limits">What it may cost.</param>
internal sealed class ParquetPages(FileStream file, DropLimits limits)
{
    // The mark and the length of the footer.
    private const int BytesAfterFooter = 8;

    // What one value takes besides its bytes: its levels and, for bytes, an object of its own.
    private const int BytesOfValue = 16;
    private const int BytesOfObject = 48;

    private static readonly CompressionCodec[] Codecs =
    [
        CompressionCodec.UNCOMPRESSED, CompressionCodec.SNAPPY, CompressionCodec.GZIP, CompressionCodec.ZSTD,
        CompressionCodec.BROTLI,
    ];

    private long _unpacked;

    /// <param name="group">Of the file.</param>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="leaves">The columns that hold values.</param>
    /// <exception cref="RefusedDropException">It cannot be read, or costs too much.</exception>
    /// <exception cref="DamagedFileException">It is damaged.</exception>
    public void Check(RowGroup group, int number, IReadOnlyList<ParquetLeaf> leaves)
    {
        if (group.NumRows is < 0 or > int.MaxValue)
        {
            throw new DamagedFileException($"Row group {number} says that it has {group.NumRows} rows");
        }
        var memory = 0L;
        foreach (var leaf in leaves)
        {
            var column = leaf.ColumnOf(group, number);
            Check(column, leaf, group.NumRows);
            var unpacked = Walk(column, leaf);
            _unpacked += unpacked;
            memory += unpacked + (column.NumValues * (leaf.IsBytes ? BytesOfObject : BytesOfValue));
            limits.EnsureUnpacked(_unpacked, file.Length);
        }
        limits.EnsureInMemory($"its row group {number}", memory, "Write the file with smaller row groups");
    }

    private static void Check(Column column, ParquetLeaf leaf, long rows)
    {
        if (!Codecs.Contains(column.Codec))
        {
            throw NotRead(leaf, $"is compressed as {column.Codec}", "SNAPPY, GZIP, ZSTD, BROTLI or none");
        }
        if (column.Type != leaf.StoredType)
        {
            throw new DamagedFileException(
                $"Column '{leaf.Name}' is {column.Type} in a row group and {leaf.StoredType} in the schema");
        }
        if (column.NumValues is < 0 or > int.MaxValue || (leaf.MaxRepetition == 0 && column.NumValues != rows))
        {
            throw new DamagedFileException(
                $"Column '{leaf.Name}' has {column.NumValues} values in a row group of {rows} rows");
        }
    }

    /// <summary>Goes from page to page as Parquet.Net does, and sums up what they unpack to.</summary>
    private long Walk(Column column, ParquetLeaf leaf)
    {
        var offset = new[] { column.DictionaryPageOffset ?? 0, column.DataPageOffset, column.IndexPageOffset ?? 0 }
            .Where(at => at != 0).DefaultIfEmpty().Min();
        var (values, unpacked) = (0L, 0L);
        while (values < column.NumValues)
        {
            file.Position = Within(offset, 0, leaf);
            var page = PageHead.Read(file);
            offset = Within(file.Position, page.Packed, leaf) + page.Packed;
            unpacked += Check(page, column, leaf);
            values += page.IsData ? page.Values : 0;
        }
        return values == column.NumValues ? unpacked : throw new DamagedFileException(
            $"Column '{leaf.Name}' has pages of {values} values where {column.NumValues} are expected");
    }

    private long Within(long offset, long bytes, ParquetLeaf leaf) =>
        offset >= 0 && bytes >= 0 && offset + bytes <= file.Length - BytesAfterFooter
            ? offset
            : throw new DamagedFileException($"Column '{leaf.Name}' has a page that is not in the file");

    private long Check(PageHead page, Column column, ParquetLeaf leaf)
    {
        var isPlain = column.Codec == CompressionCodec.UNCOMPRESSED || !page.IsCompressed;
        if (page.Unpacked < 0 || page.Values < 0 || page.LevelBytes < 0 || page.LevelBytes > page.Packed
            || (isPlain && page.Unpacked != page.Packed))
        {
            throw new DamagedFileException($"Column '{leaf.Name}' has a page whose header makes no sense");
        }
        if (page.Kind is not (PageHead.Data or PageHead.DataOfVersion2 or PageHead.Dictionary))
        {
            throw new DamagedFileException($"Column '{leaf.Name}' has a page of the unknown kind {page.Kind}");
        }
        if (page.Kind == PageHead.Dictionary && page.Values > page.Unpacked)
        {
            throw new DamagedFileException($"Column '{leaf.Name}' has a dictionary without its values");
        }
        if (page.IsData)
        {
            RefuseUnreadable(page, leaf);
        }
        var start = file.Position;
        if (page.Checksum is { } sum && PageChecksum.Of(file, page.Packed) != sum)
        {
            throw new DamagedFileException($"Column '{leaf.Name}' has a page that does not have its checksum");
        }
        file.Position = start;
        if (isPlain)
        {
            return page.Unpacked;
        }
        file.Seek(page.LevelBytes, SeekOrigin.Current);
        return Math.Max(page.Unpacked, PackedSize.Read(column.Codec, file, page.Packed - page.LevelBytes));
    }

    private static void RefuseUnreadable(PageHead page, ParquetLeaf leaf)
    {
        var encoding = (Encoding)page.Encoding;
        if (!leaf.CanBeRead(encoding))
        {
            throw NotRead(leaf, $"has values of {leaf.StoredType} in the encoding {encoding}", "PLAIN or a dictionary");
        }
        if (page.Kind == PageHead.DataOfVersion2 && leaf.MaxRepetition > 0)
        {
            throw NotRead(leaf, "has lists in data pages of version 2", "data pages of version 1");
        }
        var isRle = (leaf.MaxDefinition == 0 || (Encoding)page.LevelEncodings.Definition == Encoding.RLE)
            && (leaf.MaxRepetition == 0 || (Encoding)page.LevelEncodings.Repetition == Encoding.RLE);
        if (page.Kind == PageHead.Data && !isRle)
        {
            throw NotRead(leaf, "has levels in the old encoding BIT_PACKED", "RLE");
        }
    }

    private static RefusedDropException NotRead(ParquetLeaf leaf, string found, string expected) => new(
        $"has a column '{leaf.Name}' that {found}, which is not read; expected {expected}. Ask its sender to write it "
        + "so, or send the rows as CSV.");
}
