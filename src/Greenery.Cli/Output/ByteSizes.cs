namespace Greenery.Cli.Output;

/// <summary>The units that sizes of disks, databases and environments are shown in.</summary>
internal static class ByteSizes
{
    /// <summary>In bytes.</summary>
    public const long Megabyte = 1L << 20;

    /// <summary>In bytes.</summary>
    public const long Gigabyte = 1024 * Megabyte;

    public static double InMegabytes(long bytes) => bytes / (double)Megabyte;

    public static double InGigabytes(long bytes) => bytes / (double)Gigabyte;
}
