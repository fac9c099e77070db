using System.Globalization;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts.Messages;

/// <summary>What readers see: the run that published it, and through which date its data goes.</summary>
internal sealed record ReaderView(long RunId, DateOnly BusinessDate)
{
    /// <summary>Null when nothing was ever published.</summary>
    public static async Task<ReaderView?> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var seen = await connection.QueryFirstOrDefaultAsync<(long RunId, DateOnly Date)?>(
            "select run_id, business_date from ops.run where run_id = (select max(run_id) from ops.live)", null,
            cancellationToken);
        return seen is { } live ? new ReaderView(live.RunId, live.Date) : null;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"run {RunId}, data through {BusinessDate:yyyy-MM-dd}");
}
