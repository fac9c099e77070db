using Greenery.Staging.Parsing.Records;

namespace Greenery.Staging.Parsing.Columnar;

/// <summary>What the header of a page in a Parquet file says (parquet.thrift, PageHeader).</summary>
/// <param name="Kind">Data, index, dictionary, or data of version 2.</param>
/// <param name="Unpacked">Bytes after decompression.</param>
/// <param name="Packed">Bytes in the file, after the header.</param>
/// <param name="Values">Values of the page, nulls included.</param>
/// <param name="Encoding">Of the values.</param>
/// <param name="LevelEncodings">Of definition and repetition levels, in a page of version 1.</param>
/// <param name="LevelBytes">Bytes of the levels, which a page of version 2 does not compress.</param>
/// <param name="IsCompressed">A page of version 2 may be left uncompressed.</param>
internal readonly record struct PageHead(
    int Kind, long Unpacked, long Packed, long Values, int Encoding, (int Definition, int Repetition) LevelEncodings,
    long LevelBytes, bool IsCompressed)
{
    /// <summary>Of the page as it is stored; null where the writer computes none.</summary>
    public uint? Checksum { get; private init; }

    /// <summary>A page of values.</summary>
    public const int Data = 0;

    /// <summary>A page of the values that others refer to.</summary>
    public const int Dictionary = 2;

    /// <summary>A page of values whose levels are not compressed.</summary>
    public const int DataOfVersion2 = 3;

    public bool IsData => Kind is Data or DataOfVersion2;

    /// <summary>Reads the header at the stream's position, and leaves the stream after it.</summary>
    /// <exception cref="DamagedFileException">It is none.</exception>
    public static PageHead Read(Stream stream)
    {
        var fields = ThriftFields.Read(stream);
        var kind = (int)fields[1];
        var page = kind switch
        {
            DataOfVersion2 => new PageHead(
                kind, fields[2], fields[3], fields[8, 1], (int)fields[8, 4], default, fields[8, 5] + fields[8, 6],
                fields.IsTrue(8, 7, otherwise: true)),
            Dictionary => new PageHead(
                kind, fields[2], fields[3], fields[7, 1], (int)fields[7, 2], default, 0, IsCompressed: true),
            _ => new PageHead(
                kind, fields[2], fields[3], fields[5, 1], (int)fields[5, 2], ((int)fields[5, 3], (int)fields[5, 4]), 0,
                IsCompressed: true),
        };
        return page with { Checksum = fields.Has(4) ? (uint)fields[4] : null };
    }
}
