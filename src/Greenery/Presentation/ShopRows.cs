using Dapper;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Presentation;

/// <summary>
/// Rows of a model that is the shop's own: a project may have no such model, or one with other columns.
/// </summary>
/// <param name="Rows">Null where there is no such model, nothing was published yet, or it cannot be read.</param>
/// <param name="Fault">Why it cannot be read; null otherwise.</param>
public sealed record ShopRows<T>(IReadOnlyList<T>? Rows, string? Fault)
{
    /// <summary>Of a model that is not there.</summary>
    internal static ShopRows<T> None { get; } = new(null, null);

    /// <summary>
    /// Outside a transaction: a query that fails ends nothing else on the connection. One that takes longer than
    /// <see cref="ShopQuery.Longest"/> is cancelled.
    /// </summary>
    internal static Task<ShopRows<T>> ReadAsync(
        NpgsqlConnection connection, string sql, object? parameters, CancellationToken cancellationToken) =>
        ReadAsync(connection, sql, parameters, ShopQuery.Longest, cancellationToken);

    /// <summary>As the other, with another limit, in whole seconds.</summary>
    internal static async Task<ShopRows<T>> ReadAsync(
        NpgsqlConnection connection, string sql, object? parameters, TimeSpan limit,
        CancellationToken cancellationToken)
    {
        try
        {
            var command = new CommandDefinition(
                sql, parameters, commandTimeout: (int)limit.TotalSeconds, cancellationToken: cancellationToken);
            return new ShopRows<T>((await connection.QueryAsync<T>(command)).AsList(), null);
        }
        catch (Exception exception) when (ShopQuery.IsSlow(exception, connection))
        {
            return new ShopRows<T>(null, ShopQuery.Describe(limit));
        }
        catch (Exception exception) when (UnfitRows.Is(exception))
        {
            return new ShopRows<T>(null, UnfitRows.Describe(exception));
        }
    }
}
