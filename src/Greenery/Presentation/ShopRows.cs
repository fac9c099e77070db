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

    /// <summary>Outside a transaction: a query that fails ends nothing else on the connection.</summary>
    internal static async Task<ShopRows<T>> ReadAsync(
        NpgsqlConnection connection, string sql, object? parameters, CancellationToken cancellationToken)
    {
        try
        {
            return new ShopRows<T>(await connection.QueryAsync<T>(sql, parameters, cancellationToken), null);
        }
        catch (Exception exception) when (UnfitRows.Is(exception))
        {
            return new ShopRows<T>(null, UnfitRows.Describe(exception));
        }
    }
}
