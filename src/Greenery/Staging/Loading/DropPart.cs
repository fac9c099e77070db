using Greenery.Drops;
using Greenery.Sources;
using Greenery.Staging.Parsing;
using Greenery.Staging.Quarantine;

namespace Greenery.Staging.Loading;

/// <summary>A drop of a batch, read into memory: its good rows for one COPY, its bad rows for another.</summary>
/// <param name="Job">The load it belongs to.</param>
/// <param name="Columns">Of the good rows, in order.</param>
/// <param name="Good">Good rows in COPY form, without header and trailer; empty for a refused drop.</param>
/// <param name="Bad">Bad rows in the same form.</param>
internal sealed record DropPart(LoadJob Job, string Columns, ReadOnlyMemory<byte> Good, ReadOnlyMemory<byte> Bad)
{
    // Small files that unfold to more than this (gzip) are loaded by themselves, in constant memory.
    private const int MostBytes = 8 * 1024 * 1024;
    private const int HeaderBytes = 19;
    private const int TrailerBytes = 2;

    /// <summary>What it takes in memory.</summary>
    public long Bytes => Good.Length + Bad.Length;

    /// <summary>Why the drop is refused; null when it is not.</summary>
    public string? Refusal { get; private init; }

    /// <summary>What is known of it before its rows are merged.</summary>
    public required LoadResult Read { get; init; }

    /// <summary>The hash of its bytes; null for a refused one.</summary>
    public string? Hash { get; private init; }

    /// <summary>Reads a drop. A refusal is part of the result.</summary>
    /// <returns>Null when it is too large for a batch.</returns>
    /// <exception cref="DropChangedException">The file was changed or deleted since it was discovered.</exception>
    public static async Task<DropPart?> ReadAsync(LoadJob job, IDropStore drops, CancellationToken cancellationToken)
    {
        var origin = new QuarantineOrigin(job.Drop.DropId, job.Sequence, job.Lease.RunId, job.Table.Name);
        await using var quarantine = new QuarantineWriter(origin, job.Table.FailAbove);
        using var good = new CappedStream(MostBytes);
        using var bad = new CappedStream(MostBytes);
        try
        {
            var part = await ReadAsync(job, drops, quarantine, good, cancellationToken);
            return good.IsFull || !await TakeBadAsync(quarantine, bad, cancellationToken)
                ? null
                : part with { Bad = bad.ToArray() };
        }
        catch (Exception exception) when (exception is RefusedDropException or DropUnreadableException)
        {
            await job.EnsureUnchangedAsync(drops, cancellationToken);
            return await TakeBadAsync(quarantine, bad, cancellationToken)
                ? new DropPart(job, "", default, bad.ToArray())
                {
                    Read = new LoadResult
                    {
                        Path = job.Drop.Path, Table = job.Table.Name, Outcome = LoadOutcome.Refused,
                        Message = exception.Message,
                    },
                    Refusal = exception.Message,
                }
                : null;
        }
    }

    private static async Task<DropPart> ReadAsync(
        LoadJob job, IDropStore drops, QuarantineWriter quarantine, CappedStream good,
        CancellationToken cancellationToken)
    {
        var stored = await drops.OpenAsync(job.Drop.File, cancellationToken);
        await using var reading =
            await DropReading.OpenAsync(stored, job.Name, job.Table, job.Limits, quarantine, cancellationToken);
        reading.Rows = job.Rows;
        var trailer = RowTrailer.Part(job.Drop.DropId, job.Sequence);
        await reading.SendAsync(trailer, good, cancellationToken);
        quarantine.EnsureWithinLimit(reading.RowsInFile);
        return new DropPart(job, Warehouse.SqlText.Names(reading.Columns.Concat(trailer.Columns)), Rows(good), default)
        {
            Hash = await reading.HashAsync(cancellationToken),
            Read = CountedLoad.Of(job, reading, quarantine.Rows) with
            {
                EndsWithLineBreak = reading.EndsWithLineBreak,
                Message = reading.Note,
            },
        };
    }

    private static ReadOnlyMemory<byte> Rows(CappedStream good) => good.IsFull
        ? default
        : good.ToArray().AsMemory(HeaderBytes..^TrailerBytes);

    // False when there are too many.
    private static async Task<bool> TakeBadAsync(
        QuarantineWriter quarantine, CappedStream bad, CancellationToken cancellationToken)
    {
        if (quarantine.Rows > 0)
        {
            await quarantine.WriteRowsToAsync(bad, cancellationToken);
        }
        return !bad.IsFull;
    }

    /// <summary>Takes bytes up to a limit, and no more of them.</summary>
    private sealed class CappedStream(int most) : MemoryStream
    {
        /// <summary>More came than fits.</summary>
        public bool IsFull { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            IsFull |= Length + buffer.Length > most;
            return IsFull ? ValueTask.CompletedTask : base.WriteAsync(buffer, cancellationToken);
        }
    }
}
