using System.Globalization;

namespace Greenery.Staging.Parsing.Records;

/// <summary>What is too much in a file that is compressed inside.</summary>
internal static class UnpackedSize
{
    /// <summary>Holds what the file unpacks to against what a compressed drop may.</summary>
    /// <exception cref="RefusedDropException">It is more.</exception>
    public static void EnsureUnpacked(this DropLimits limits, long bytes, long stored)
    {
        if (bytes > limits.MostBytes)
        {
            throw new RefusedDropException(
                $"unpacks to {Megabytes(bytes)} MB ({Megabytes(stored)} MB stored); expected at most "
                + $"{Megabytes(limits.MostBytes)} MB (Greenery:Limits:DecompressedGigabytes). Split it into parts, or "
                + "raise the limit.");
        }
        if (bytes > limits.RatioFrom && bytes / limits.MostRatio > stored)
        {
            throw new RefusedDropException(
                $"unpacks to more than {limits.MostRatio} times its size ({Megabytes(bytes)} MB from "
                + $"{Megabytes(stored)} MB); expected at most that (Greenery:Limits:CompressionRatio). Look whether "
                + "its rows are what they should be; if so, raise the limit.");
        }
    }

    /// <param name="limits">What a drop may cost.</param>
    /// <param name="part">What must be in memory as a whole.</param>
    /// <param name="bytes">What it takes there.</param>
    /// <param name="advice">How the file gets by with less.</param>
    /// <exception cref="RefusedDropException">It is more than allowed.</exception>
    public static void EnsureInMemory(this DropLimits limits, string part, long bytes, string advice)
    {
        if (bytes > limits.MostMemoryBytes)
        {
            throw new RefusedDropException(
                $"needs about {Megabytes(bytes)} MB of memory for {part}; expected at most "
                + $"{Megabytes(limits.MostMemoryBytes)} MB (Greenery:Limits:MemoryGigabytes). {advice}, or raise the "
                + "limit.");
        }
    }

    private static string Megabytes(long bytes) => (bytes / 1_000_000d).ToString("#,0.#", CultureInfo.InvariantCulture);
}
