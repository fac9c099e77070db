using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// What the readers' role may read. A role that was made after the marts has no grant yet; it is given at
/// the end of each run, new data or not, and by <c>greenery migrate</c>.
/// </summary>
/// <param name="warehouse">The database.</param>
/// <param name="role">The readers'; null for the usual one.</param>
public sealed class ReaderGrants(PostgresWarehouse warehouse, ReaderRole? role = null)
{
    private readonly ReaderRole _role = role ?? ReaderRole.Usual;

    private string Busy => $"{_role.Name} was not granted the marts it may not read yet: others hold locks "
        + "on them. The next run, or 'greenery migrate', grants them.";

    private const int ViewsNamed = 5;
    private const int Attempts = 3;

    private static readonly TimeSpan LockTimeout = TimeSpan.FromMilliseconds(800);

    /// <summary>
    /// Gives what is missing and was not revoked, view by view: one that this role may not give holds up no other.
    /// </summary>
    /// <returns>What is missing still, for people, and what to do.</returns>
    public async Task<IReadOnlyList<string>> GiveAsync(CancellationToken cancellationToken)
    {
        var isGiven = false;
        for (var attempt = 1; !isGiven && attempt <= Attempts; attempt++)
        {
            isGiven = await TryAsync(cancellationToken);
        }
        var missing = await MissingAsync(withRevoked: false, cancellationToken);
        return isGiven || missing.Count == 0 ? missing : [Busy];
    }

    // False when others held locks.
    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        try
        {
            return await LockTry.RunAsync(connection, async (_, token) =>
            {
                await connection.ExecuteAsync(LockTry.Limit(LockTimeout), null, token);
                await _role.EnsureAsync(connection, token);
                await _role.GrantAsync(connection, token);
                await new MetricHistoryView(connection, _role).GrantAsync(token);
            }, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            // This role may not write the ledger.
            return true;
        }
    }

    /// <summary>What the role may not read, for people, and what to do; empty when it may read all marts.</summary>
    /// <param name="withRevoked">Also what it had been granted, and a person has revoked since.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<string>> MissingAsync(bool withRevoked, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        if (!await _role.ExistsAsync(connection, cancellationToken))
        {
            return await connection.ExecuteScalarAsync<bool>(
                "select exists (select from ops.live)", null, cancellationToken)
                ? [$"The role {_role.Name} does not exist, and this role may not create it: people cannot be let "
                    + $"read the marts. As an administrator run \"create role {_role.Name} nologin\", then "
                    + "'greenery migrate'."]
                : [];
        }
        var closed = await _role.ClosedAsync(connection, cancellationToken);
        var missing = closed.Where(view => !view.IsRevoked).Select(view => view.Name).ToList();
        var revoked = closed.Where(view => view.IsRevoked).Select(view => view.Name).ToList();
        return
        [
            .. missing.Count == 0 ? [] : new[]
            {
                $"{_role.Name} may not read {Some(missing)}. Run 'greenery migrate' as the role that owns the "
                + "marts, which grants it.",
            },
            .. revoked.Count == 0 || !withRevoked ? [] : new[]
            {
                $"{_role.Name} may not read {Some(revoked)}, since the grant was revoked; Greenery does not give "
                + $"it again. If that was not meant: grant select on {revoked[0]} to {_role.Name}.",
            },
        ];
    }

    private static string Some(List<string> views) => NameList.Of(views, most: ViewsNamed);
}
