using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.FaultInjection;

/// <summary>
/// A database that lives through the daily runs from the first one on, and the processes that work on it.
/// </summary>
internal sealed class DisturbedWarehouse : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly DisturbedServices _services;
    private readonly Dictionary<string, string> _settings;

    private DisturbedWarehouse(DisturbedServices services, Project project, string name, string temp)
    {
        (_services, Project, Name, Temp) = (services, project, name, temp);
        _settings = new Dictionary<string, string>
        {
            ["Greenery__Warehouse"] = Setting,
            ["Greenery__Drops"] = services.Storage,
            ["Greenery__Sql"] = project.SqlFolder,
            ["TMPDIR"] = temp,
            // Its files and sockets would be in the temp folder too, and are not used.
            ["DOTNET_EnableDiagnostics"] = "0",
        };
    }

    public DisturbedServices Services => _services;

    public Project Project { get; }

    public string Name { get; }

    /// <summary>The temp folder of its processes.</summary>
    public string Temp { get; }

    /// <summary>The connection string.</summary>
    public string Setting => _services.Database.Of(Name);

    /// <summary>What is still to happen to a session whose process was killed.</summary>
    public Task Afterwards { get; set; } = Task.CompletedTask;

    /// <summary>Makes the database, with its ledgers and, by default, the places to stop at.</summary>
    public static async Task<DisturbedWarehouse> BeginAsync(
        DisturbedServices services, Project project, string folder, int number, bool hasStopPoints = true)
    {
        var temp = Directory.CreateDirectory(Path.Combine(folder, $"temp-{number}")).FullName;
        var life = new DisturbedWarehouse(services, project, $"life_{number}", temp);
        await services.Database.CreateAsync(life.Name);
        await using (var warehouse = await PostgresWarehouse.OpenAsync(life.Setting, default))
        {
            await new Migrations(warehouse).RunAsync(default);
        }
        if (hasStopPoints)
        {
            await using var connection = await life.ConnectAsync();
            await new StopPoints(connection).InstallAsync();
        }
        return life;
    }

    public Task<NpgsqlConnection> ConnectAsync() => _services.Database.ConnectAsync(Name);

    public async Task<T?> ValueAsync<T>(string sql)
    {
        await using var connection = await ConnectAsync();
        return await connection.ExecuteScalarAsync<T>(sql, null, default);
    }

    /// <summary>Starts <c>greenery run</c> for a daily run.</summary>
    public GreeneryProcess Run(DateOnly date, params IReadOnlyList<string> wrapper) =>
        GreeneryProcess.Start(_settings, wrapper, "run", "--date", $"{date:yyyy-MM-dd}");

    /// <summary>The same with settings that are other ones for this process.</summary>
    public GreeneryProcess RunWith(IReadOnlyDictionary<string, string> changes, DateOnly date) =>
        GreeneryProcess.Start(
            new Dictionary<string, string>([.. _settings.Where(pair => !changes.ContainsKey(pair.Key)), .. changes]),
            [], "run", "--date", $"{date:yyyy-MM-dd}");

    /// <summary>
    /// Starts <c>greenery serve</c>, and asks it for a daily run as soon as it listens. It may resume a dead run first.
    /// </summary>
    public async Task<GreeneryProcess> ServeAsync(DateOnly date)
    {
        var (process, address) = await ServeAsync();
        if (!process.HasEnded)
        {
            await AskAsync(address, date);
        }
        return process;
    }

    /// <summary>Starts <c>greenery serve</c>; returns when it listens, or has ended.</summary>
    public async Task<(GreeneryProcess Process, string Address)> ServeAsync()
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        var process = GreeneryProcess.Start(_settings, [], "serve", "--listen", address);
        await UntilAsync(() =>
            Task.FromResult(process.Said.Contains("Listening on", StringComparison.Ordinal)), process);
        return (process, address);
    }

    /// <summary>Asks a <c>greenery serve</c> for a daily run; another may be under way.</summary>
    public static async Task AskAsync(string address, DateOnly date)
    {
        using var client = new HttpClient();
        using var body = new StringContent($$"""{"date": "{{date:yyyy-MM-dd}}"}""", null, "application/json");
        using var answer = await client.PostAsync(new Uri($"{address}/api/runs"), body);
        if (answer.StatusCode is not (HttpStatusCode.Accepted or HttpStatusCode.Conflict))
        {
            throw new InvalidOperationException(
                $"POST /api/runs gave {answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    /// <summary>The right to write that a user has, or that a dead process has left; null when there is none.</summary>
    public Task<Guid?> TokenAsync() => ValueAsync<Guid?>("select token from ops.lease");

    /// <summary>Waits until a process is at work on a run, or has ended.</summary>
    /// <param name="process">The process.</param>
    /// <param name="before">What <see cref="TokenAsync"/> gave before it was started.</param>
    public async Task UntilAtWorkAsync(GreeneryProcess process, Guid? before)
    {
        await using var connection = await ConnectAsync();
        await UntilAsync(
            () => connection.ExecuteScalarAsync<bool>(
                "select exists (select from ops.lease where is_session_held and token is distinct from @before)", new
                    { before }, default),
            process);
    }

    /// <summary>Waits until something is so, or the process has ended.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, GreeneryProcess process)
    {
        for (var patience = Stopwatch.StartNew(); !process.HasEnded && patience.Elapsed < TimeSpan.FromMinutes(2);)
        {
            if (await condition())
            {
                return;
            }
            await Task.Delay(Poll);
        }
    }

    /// <summary>Ends sessions of Greenery in this database, some or all.</summary>
    public async Task<long> CutAsync(int most)
    {
        await using var connection = await ConnectAsync();
        return await connection.ExecuteScalarAsync<long>(
            """
            select count(pg_terminate_backend(pid)) from (
                select pid from pg_stat_activity
                where datname = current_database() and application_name = 'greenery' order by random() limit @most
            ) as chosen
            """, new { most }, default);
    }

    /// <summary>
    /// Makes time pass for a lease that nothing but time ends: the process was gone before it let itself be watched, or
    /// the server has lost the lock since. True when there was one.
    /// </summary>
    public async Task<bool> AgeLeaseAsync()
    {
        await using var connection = await ConnectAsync();
        return await connection.ExecuteAsync(
            """
            update ops.lease set expires_at = clock_timestamp() - interval '1 second'
            where expires_at > clock_timestamp() and not (is_session_held and session_since = pg_postmaster_start_time())
            """, null, default) > 0;
    }

    /// <summary>Makes time pass for a lease that a live process holds, as a pause of its process does.</summary>
    public async Task ExpireLeaseAsync()
    {
        await using var connection = await ConnectAsync();
        // The process may have been stopped in the middle of letting go.
        await connection.ExecuteAsync(
            """
            update ops.lease set expires_at = clock_timestamp() - interval '1 second'
            where token in (select token from ops.lease for no key update skip locked)
            """, null, default);
    }

    public async ValueTask DisposeAsync()
    {
        await Afterwards;
        await _services.Database.DropAsync(Name);
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
