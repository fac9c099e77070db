using Greenery.Drops;
using Npgsql;

namespace Greenery.Staging.Loading;

/// <summary>Writes down what became of drops, in the transaction that loads them where there is one.</summary>
public abstract class LoadKeeper
{
    /// <summary>Takes the ends of some drops.</summary>
    public abstract Task KeepAsync(
        NpgsqlConnection connection, IReadOnlyList<LoadedDrop> loaded, CancellationToken cancellationToken);

    /// <summary>Takes a drop whose file was changed or deleted since it was discovered.</summary>
    public abstract Task LeaveOutAsync(
        NpgsqlConnection connection, long dropId, DropChangedException reason, CancellationToken cancellationToken);
}
