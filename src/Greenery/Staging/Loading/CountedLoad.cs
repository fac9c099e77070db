using Greenery.Staging.Merging;
using Greenery.Staging.Parsing;

namespace Greenery.Staging.Loading;

/// <summary>What became of the rows of a drop, whether it is loaded by itself or with others.</summary>
internal static class CountedLoad
{
    /// <summary>What the file says, before its rows are merged.</summary>
    /// <param name="job">The load.</param>
    /// <param name="reading">The drop, read to its end.</param>
    /// <param name="quarantined">How many of its rows are bad.</param>
    public static LoadResult Of(LoadJob job, DropReading reading, long quarantined) => new()
    {
        Path = job.Drop.Path,
        Table = job.Table.Name,
        Outcome = LoadOutcome.Loaded,
        RowsInFile = reading.RowsInFile,
        Quarantined = quarantined,
        UnknownColumns = job.Table.ShowUnknown(reading.UnknownColumns),
        IsOverWarning = job.Table.WarnAbove?.IsExceededBy(quarantined, reading.RowsInFile) ?? false,
    };

    /// <summary>The same with what the database did with the good rows.</summary>
    /// <exception cref="InvalidOperationException">
    /// The parser and the database counted different rows: were that ever to happen, nothing is kept.
    /// </exception>
    public static LoadResult With(this LoadResult read, RowCounts counts) =>
        counts.Received + counts.Expired + read.Quarantined == read.RowsInFile
        ? read with
        {
            Inserted = counts.Inserted,
            Updated = counts.Updated,
            Unchanged = counts.Unchanged,
            Superseded = counts.Superseded,
            Expired = counts.Expired,
        }
        : throw new InvalidOperationException(
            $"{read.Path}: {read.RowsInFile} rows were read, {counts.Received} arrived and {read.Quarantined} are "
            + "quarantined. This is a defect of the loader; nothing was kept.");
}
