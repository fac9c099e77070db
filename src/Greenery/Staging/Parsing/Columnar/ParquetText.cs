using Greenery.Staging.Parsing.Records;

namespace Greenery.Staging.Parsing.Columnar;

/// <summary>Bytes of a Parquet file, as text where they are text.</summary>
internal static class ParquetText
{
    private const int Longest = 64;

    /// <summary>Text; also where the schema says "bytes", as that of older programs does for text.</summary>
    public static ParquetFault? Write(ReadOnlyMemory<byte> value, RecordJson row) => row.Text(value.Span)
        ? null
        : new ParquetFault(
            RowRule.Encoding, $"{value.Length} bytes that are {EncodingText.Describe(value.Span)}", "text in UTF-8");

    /// <summary>Text that is JSON, as that.</summary>
    public static ParquetFault? WriteJson(ReadOnlyMemory<byte> value, RecordJson row)
    {
        if (row.TryJson(value.Span))
        {
            return null;
        }
        row.Text(value.Span);
        return new ParquetFault(RowRule.Type, "text that is no JSON", "a JSON value");
    }

    /// <summary>Sixteen bytes, the first one first.</summary>
    public static ParquetFault? WriteUuid(ReadOnlyMemory<byte> value, RecordJson row)
    {
        Span<byte> text = stackalloc byte[Longest];
        new Guid(value.Span, bigEndian: true).TryFormat(text, out var length);
        row.Text(text[..length]);
        return null;
    }

    /// <summary>What no column can hold.</summary>
    public static ParquetFault? WriteOther(ReadOnlyMemory<byte> value, string kind, RecordJson row)
    {
        row.NoValue("bytes", Convert.ToHexString(value.Span[..Math.Min(Longest, value.Length)]));
        return new ParquetFault(
            RowRule.Type, kind, "a value that a column can hold. Leave the column out of the contract, or have it "
            + "written as text");
    }
}
