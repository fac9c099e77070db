using System.Globalization;

namespace Greenery.FaultInjection.Soak;

/// <summary>What many daily runs in one process left.</summary>
/// <param name="Samples">One for each run.</param>
/// <param name="Growth">Of all tables, from the middle of the runs to their end.</param>
/// <param name="Faults">Laws that are broken; empty when all is well.</param>
/// <param name="Time">How long all took.</param>
internal sealed record SoakReport(
    IReadOnlyList<SoakSample> Samples, IReadOnlyList<TableGrowth> Growth, IReadOnlyList<string> Faults, TimeSpan Time)
{
    /// <summary>What is not flat and not explained, and what else is wrong.</summary>
    public IReadOnlyList<string> Broken =>
    [
        .. Faults,
        .. Flat.Where(series => !series.IsFlat).Select(series => $"{series.Name} is not flat"),
        .. Growth.Where(table => !table.IsExplained).Select(table => $"{table.After.Name} grew without rows"),
    ];

    /// <summary>For people.</summary>
    public IEnumerable<string> Lines() =>
    [
        "| per run | first third | middle third | last third | most | verdict |",
        "|---|---:|---:|---:|---:|---|",
        .. Flat.Select(series => series.Row(series.IsFlat ? "flat" : "NOT FLAT")),
        Of("database, MB", sample => sample.DatabaseMegabytes, 0, 0)
            .Row(Growth.All(table => table.IsExplained) ? "explained below" : "NOT EXPLAINED"),
        "",
        "| table | KB more per run | rows more per run | KB | rows | verdict |",
        "|---|---:|---:|---:|---:|---|",
        .. Growth.Where(table => table.Bytes > 0 || !table.IsExplained).OrderByDescending(table => table.Bytes)
            .Take(10).Select(table => table.ToString()),
        "",
        string.Create(CultureInfo.InvariantCulture,
            $"{Samples.Count} daily runs in one process; {Time.TotalMinutes:f1} minutes."),
        .. Broken.Count == 0 ? ["All is flat or explained."] : Broken.Select(fault => $"WRONG: {fault}"),
    ];

    private IReadOnlyList<SoakSeries> Flat =>
    [
        Of("memory of serve, MB", sample => sample.MemoryMegabytes, 0.1, 20),
        Of("open handles", sample => sample.Handles, 0.05, 5),
        Of("threads", sample => sample.Threads, 0.1, 4),
        Of("connections", sample => sample.Connections, 0, 2),
        Of("temp files", sample => sample.TempFiles, 0, 0),
        // A run does not get slower with what was loaded before; other work on the machine does that, too.
        Of("seconds", sample => sample.Seconds, 0.5, 1),
    ];

    private SoakSeries Of(string name, Func<SoakSample, double> value, double share, double slack) =>
        new(name, [.. Samples.Select(value)], share, slack);
}
