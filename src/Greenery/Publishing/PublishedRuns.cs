using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>Runs that were published and whose versions of all models are kept.</summary>
internal static class PublishedRuns
{
    /// <summary>Newest first: the first one is what readers see.</summary>
    public static Task<List<long>> KeptAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync<long>(
            "select run_id from ops.run where state = 'published' and is_kept order by run_id desc", null,
            cancellationToken);
}
