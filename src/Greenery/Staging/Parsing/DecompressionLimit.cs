using System.Globalization;
using Greenery.Drops;

namespace Greenery.Staging.Parsing;

/// <summary>What a compressed drop decompresses to, while it is read; refused where it is too much.</summary>
/// <param name="content">The decompressed bytes.</param>
/// <param name="stored">The stored bytes below it.</param>
/// <param name="limits">What is too much.</param>
internal sealed class DecompressionLimit(Stream content, HashingStream stored, DropLimits limits) : ReadOnlyStream
{
    private long _bytes;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await content.ReadAsync(buffer, cancellationToken);
        _bytes += count;
        if (_bytes > limits.MostBytes)
        {
            throw new RefusedDropException(
                $"decompresses to more than {Megabytes(limits.MostBytes)} MB ({Megabytes(stored.Bytes)} MB stored); "
                + "expected at most that (Greenery:Limits:DecompressedGigabytes). Split it into parts, or raise the "
                + "limit.");
        }
        if (_bytes > limits.RatioFrom && _bytes / limits.MostRatio > stored.Bytes)
        {
            throw new RefusedDropException(
                $"decompresses to more than {limits.MostRatio} times its size ({Megabytes(_bytes)} MB so far from "
                + $"{Megabytes(stored.Bytes)} MB); expected at most that (Greenery:Limits:CompressionRatio). Look "
                + "whether its rows are what they should be; if so, raise the limit.");
        }
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
        }
        base.Dispose(disposing);
    }

    private static string Megabytes(long bytes) => (bytes / 1_000_000d).ToString("#,0.#", CultureInfo.InvariantCulture);
}
