using Greenery.Staging.Parsing;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Merging;

/// <summary>How typed rows get into a staging table.</summary>
internal abstract class RowTarget
{
    /// <summary>What each row has after the columns of the file.</summary>
    protected abstract RowTrailer Trailer { get; }

    /// <summary>The table the rows are sent to.</summary>
    protected abstract string Receiver { get; }

    /// <summary>Makes ready for the rows.</summary>
    public abstract Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancellationToken);

    /// <summary>Sends the drop's rows.</summary>
    public Task ReceiveAsync(NpgsqlConnection connection, DropReading reading, CancellationToken cancellationToken) =>
        RawCopy.RunAsync(
            connection,
            Receiver,
            SqlText.Names(reading.Columns.Concat(Trailer.Columns)),
            target => reading.SendAsync(Trailer, target, cancellationToken),
            cancellationToken);

    /// <summary>Brings the rows that were sent into the state the table is left in.</summary>
    public abstract Task<RowCounts> FinishAsync(NpgsqlConnection connection, CancellationToken cancellationToken);
}

/// <summary>What became of the rows that were sent, as the statements say.</summary>
internal sealed record RowCounts(long Received, long Inserted, long Updated, long Unchanged, long Superseded)
{
    public static RowCounts None { get; } = new(0, 0, 0, 0, 0);

    /// <summary>Rows that are older than the contract keeps, and were left out.</summary>
    public long Expired { get; init; }

    /// <summary>What people should know of them; null when there is nothing to say.</summary>
    public string? Note { get; init; }
}
