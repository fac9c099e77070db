namespace Greenery;

/// <summary>
/// What a drop may cost before it is refused: a small file that decompresses to terabytes must not take disk and hours.
/// </summary>
public sealed record DropLimits
{
    /// <summary>The bytes of one gigabyte, as disks count them.</summary>
    public const long Gigabyte = 1_000_000_000;

    /// <summary>The most bytes that a compressed drop may decompress to; setting
    /// <c>Greenery:Limits:DecompressedGigabytes</c>.</summary>
    public long MostBytes { get; init; } = 50 * Gigabyte;

    /// <summary>How many times its stored size it may decompress to; setting <c>Greenery:Limits:CompressionRatio</c>.
    /// </summary>
    public int MostRatio { get; init; } = 1000;

    /// <summary>From how many bytes on the ratio counts: a short file of blanks costs nothing.</summary>
    public long RatioFrom { get; init; } = 10_000_000;

    /// <summary>The most bytes of a drop that may be in memory at a time, where its format needs it: a row group of
    /// Parquet, the texts of a workbook; setting <c>Greenery:Limits:MemoryGigabytes</c>.</summary>
    public long MostMemoryBytes { get; init; } = 2 * Gigabyte;

    /// <summary>The most bytes that its bad rows may take in the temp folder.</summary>
    public long MostQuarantineBytes { get; init; } = 2 * Gigabyte;
}
