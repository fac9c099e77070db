using System.Collections.Concurrent;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.FaultInjection;

/// <summary>
/// Reads all marts in one statement, again and again, beside everything that happens. What it sees must be a daily run
/// that was published, never an earlier one than before, and never a mix.
/// </summary>
internal sealed class ConcurrentReader : IAsyncDisposable
{
    public const string Statement =
        """
        select concat_ws(' ',
            (select concat(count(*), '/', sum(order_total)) from core.fact_orders),
            (select concat(count(*), '/', count(distinct country)) from core.dim_users),
            (select concat(sum(total_orders), '/', sum(total_spend)) from marketing.fact_user_orders),
            (select concat(count(*), '/', sum(conversion_flag::integer)) from marketing.converted_users),
            (select count(*) from product.fact_page_views),
            (select concat(sum(units_ordered), '/', sum(page_view_sessions)) from product.product_funnel))
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly DisturbedServer _server;
    private readonly string _database;
    private readonly List<string> _states;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly Task _reading;
    private volatile int _last;
    private volatile int _latest;

    /// <param name="server">The server.</param>
    /// <param name="database">What to read.</param>
    /// <param name="baseline">What readers may see, in this order; nothing at first.</param>
    public ConcurrentReader(DisturbedServer server, string database, IReadOnlyList<ExpectedResult> baseline)
    {
        (_server, _database) = (server, database);
        _states = ["", .. baseline.Select(run => run.Readers)];
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>How often it has read.</summary>
    public long Reads { get; private set; }

    /// <summary>What it should not have seen.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>From now on it may see this daily run, the first being 1.</summary>
    public void MaySee(int run) => _latest = run;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _reading;
        _end.Dispose();
    }

    private async Task ReadAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            // An error that a restart gave may arrive when that is over.
            var (restarts, isRestarting) = (_server.Restarts, _server.IsRestarting);
            try
            {
                await using var connection = await _server.ConnectAsync(_database);
                while (!_end.IsCancellationRequested)
                {
                    await ReadAsync(connection);
                    await Task.Delay(Pause, _end.Token);
                }
            }
            catch (OperationCanceledException)
            {
                // The end.
            }
            catch (NpgsqlException) when (isRestarting || _server.IsRestarting || restarts != _server.Restarts)
            {
                await Task.Delay(Pause);
            }
            catch (Exception exception)
            {
                _faults.Enqueue($"a reader got an error: {exception.GetType().Name}: {exception.Message}");
                await Task.Delay(Pause);
            }
        }
    }

    private async Task ReadAsync(NpgsqlConnection connection)
    {
        var latest = _latest;
        var found = await SeeAsync(connection);
        var at = _states.IndexOf(found);
        if (at < 0 || at < _last || at > Math.Max(latest, _latest))
        {
            _faults.Enqueue(
                $"a reader saw {(at < 0 ? "a mix" : $"daily run {at} after daily run {_last}")}: '{found}'; expected "
                + $"'{_states[_last]}' or '{_states[latest]}'");
        }
        _last = Math.Max(_last, at);
        Reads++;
    }

    private async Task<string> SeeAsync(NpgsqlConnection connection)
    {
        try
        {
            return (await connection.ExecuteScalarAsync<string>(Statement, null, default))!;
        }
        catch (PostgresException exception) when (_last == 0 && exception.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return "";
        }
    }
}
