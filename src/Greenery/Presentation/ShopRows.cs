using System.Text.Json;
using Greenery.Publishing;
using Greenery.Runs;
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
    private static readonly JsonSerializerOptions Json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Of a model that is not there.</summary>
    internal static ShopRows<T> None { get; } = new(null, null);

    /// <summary>What the run that made the version readers see has kept of it.</summary>
    internal static async Task<ShopRows<T>> ReadAsync(
        NpgsqlConnection connection, Project project, ReportQuery query, CancellationToken cancellationToken)
    {
        if (!ReportRows.IsKnown(project.Catalogue, query))
        {
            return None;
        }
        var (rows, fault) = await connection.QueryFirstOrDefaultAsync<(string? Rows, string? Fault)>(
            """
            select known.rows::text, known.fault
            from ops.report_rows as known
            inner join ops.live using (model, fingerprint)
            where known.query = @Name
            """, new { query.Name }, cancellationToken);
        try
        {
            return new ShopRows<T>(rows is null ? null : JsonSerializer.Deserialize<List<T>>(rows, Json), fault);
        }
        catch (JsonException exception)
        {
            return new ShopRows<T>(null, UnfitRows.Describe(exception));
        }
    }
}
