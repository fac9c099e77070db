using System.Text.Json;
using Greenery.Publishing;
using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Presentation;

/// <summary>
/// Rows of a model that the project wants shown: it may have no such model, or one with other columns.
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
        if (project.Catalogue.Shown(query.Section) is not { } model)
        {
            return None;
        }
        var (rows, fault) = await connection.QueryFirstOrDefaultAsync<(string? Rows, string? Fault)>(
            """
            select known.rows::text,
                case when known.rows is null
                    then coalesce(known.fault, 'no run has kept its rows yet; the next one does') end
            from ops.live
            left join ops.report_rows as known
                on known.query = @Name and known.model = live.model and known.fingerprint = live.fingerprint
            where live.model = @Model
            """, new { query.Name, Model = model.Name }, cancellationToken);
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
