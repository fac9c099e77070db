using System.Globalization;

namespace Greenery.FaultInjection.Soak;

/// <summary>How a table grew between two moments.</summary>
internal sealed record TableGrowth(TableSize Before, TableSize After, int Runs)
{
    /// <summary>Pages are given out in advance; less than that is no growth.</summary>
    private const long Noise = 1 << 20;

    /// <summary>New rows may take as much more than those before, with indexes and free space.</summary>
    private const double MostPerRow = 3;

    public long Bytes => After.Bytes - Before.Bytes;

    public long Rows => After.Rows - Before.Rows;

    /// <summary>It holds more because it has more rows, and these are of the size of the others.</summary>
    public bool IsExplained => Bytes <= Noise || (Rows > 0
        && Bytes <= Noise + (MostPerRow * Rows * After.Bytes / Math.Max(1, After.Rows)));

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {After.Name} | {(double)Bytes / Runs / 1024:0.#} | {(double)Rows / Runs:0.#} | "
        + $"{(double)After.Bytes / 1024:0} | {After.Rows} | {(IsExplained ? "explained" : "NOT EXPLAINED")} |");
}
