using System.Collections.Concurrent;
using Dapper;
using Npgsql;

namespace Greenery.Warehouse;

/// <summary>
/// The PostgreSQL database that holds staging, marts and ledgers. One per process; disposing closes its pool.
/// </summary>
public sealed class PostgresWarehouse : IAsyncDisposable
{
    /// <summary>The oldest server version supported; <c>merge</c> came with it.</summary>
    public const int OldestMajorVersion = 15;

    // Every connection comes from here: column run_id is read into member RunId, checks_failed as ChecksFailed.
    static PostgresWarehouse()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        EnumTextHandlers.Register();
    }

    private static readonly ConcurrentDictionary<PostgresWarehouse, bool> Open = new();

    private PostgresWarehouse(NpgsqlDataSource dataSource, bool isLocal)
    {
        (DataSource, IsLocal) = (dataSource, isLocal);
        Open[this] = true;
    }

    /// <summary>
    /// Gives up all sessions of the warehouses that a connection may be of: those at work when they are done.
    /// </summary>
    internal static void ForgetSessions(NpgsqlConnection connection)
    {
        foreach (var warehouse in Open.Keys.Where(warehouse =>
            warehouse.DataSource.ConnectionString == connection.ConnectionString))
        {
            warehouse.DataSource.Clear();
        }
    }

    public NpgsqlDataSource DataSource { get; }

    /// <summary>It leads to the local services' server.</summary>
    internal bool IsLocal { get; }

    /// <summary>Host, port and database, for messages. Never the password.</summary>
    public string Description => Describe(DataSource.ConnectionString);

    /// <summary>Connects once, so that a wrong setting is reported at startup with a clear message.</summary>
    /// <param name="connectionString">
    /// An Npgsql connection string (setting <c>Greenery:Warehouse</c>). Without a password, an Azure server is shown a
    /// token of the ambient identity instead.
    /// </param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <param name="statementTimeout">The longest a statement may take; null: the server's own limit.</param>
    /// <param name="leastConnections">What the host needs at the same time; its pool is made for that and some more.
    /// Null: the setting's own size.</param>
    /// <param name="isLocal">It leads to the local services' server, so that messages name no setting.</param>
    /// <exception cref="ConfigurationException">The text is no connection string, its pool is too small, or it leads to
    /// a pooler in transaction mode.</exception>
    /// <exception cref="InfrastructureException">Not reachable, refused, or too old.</exception>
    public static async Task<PostgresWarehouse> OpenAsync(
        string connectionString, CancellationToken cancellationToken, TimeSpan? statementTimeout = null,
        int? leastConnections = null, bool isLocal = false)
    {
        var dataSource = Build(Parse(connectionString, statementTimeout, leastConnections));
        try
        {
            if (await VerifyServerAsync(dataSource, connectionString, cancellationToken))
            {
                await dataSource.DisposeAsync();
                dataSource = Build(Parse(connectionString, statementTimeout, leastConnections, Cluster.Options));
                await VerifyClusterAsync(dataSource, connectionString, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            await dataSource.DisposeAsync();
            throw ConnectionFailure.Explain(Describe(connectionString), isLocal, exception);
        }
        catch
        {
            await dataSource.DisposeAsync();
            throw;
        }
        return new PostgresWarehouse(dataSource, isLocal);
    }

    private static NpgsqlDataSource Build(string connectionString)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        EntraPassword.UseIfNeeded(builder);
        // An event for each statement would be half of all telemetry; the span has the time.
        builder.ConfigureTracing(tracing => tracing.EnableFirstResponseEvent(false));
        return builder.Build();
    }

    // Whether the database is a cluster's. One that is not fit is refused.
    private static async Task<bool> VerifyServerAsync(
        NpgsqlDataSource dataSource, string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (connection.PostgreSqlVersion.Major < OldestMajorVersion)
        {
            throw new InfrastructureException(
                $"{Describe(connectionString)} runs PostgreSQL {connection.PostgreSqlVersion}; Greenery needs "
                + $"{OldestMajorVersion} or later. Upgrade the server, or set Greenery:Warehouse to another one.");
        }
        if (await ConnectionPooler.IsInTransactionModeAsync(dataSource, connection, cancellationToken))
        {
            throw new ConfigurationException("Greenery:Warehouse", ConnectionPooler.Refusal(
                Describe(connectionString)));
        }
        var version = await Cluster.VersionAsync(connection, cancellationToken);
        if (version is not null && Cluster.IsTooOld(version))
        {
            throw new InfrastructureException(
                $"{Describe(connectionString)} runs Citus {version}; Greenery needs {Cluster.OldestMajorVersion} or "
                + "later. Upgrade the extension, or set Greenery:Warehouse to another database.");
        }
        return version is not null;
    }

    private static async Task VerifyClusterAsync(
        NpgsqlDataSource dataSource, string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (!await Cluster.IsSetAsync(connection, cancellationToken))
        {
            throw new ConfigurationException(
                "Greenery:Warehouse", $"{Describe(connectionString)} is a Citus cluster, and settings that a run needs "
                + "do not come through; a connection pooler between drops them (ignore_startup_parameters = options). "
                + "Expected the coordinator's own port, or a pooler that passes options on.");
        }
    }

    /// <summary>Looks at a connection string without using it.</summary>
    /// <param name="connectionString">Setting <c>Greenery:Warehouse</c>.</param>
    /// <param name="leastConnections">What the host needs at the same time.</param>
    /// <exception cref="ConfigurationException">The text is none, or its pool is too small.</exception>
    public static void Verify(string connectionString, int? leastConnections = null) =>
        Parse(connectionString, null, leastConnections);

    /// <summary>A connection from the pool.</summary>
    /// <exception cref="InfrastructureException">The server is gone.</exception>
    public async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await DataSource.OpenConnectionAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            throw ConnectionFailure.Explain(Description, IsLocal, exception);
        }
    }

    /// <summary>Whether schema ops is there: without it nothing was loaded or published yet.</summary>
    /// <exception cref="InfrastructureException">This role may not read it.</exception>
    public async Task<bool> HasLedgersAsync(CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        return (await OpsSchema.ReadAsync(connection, cancellationToken)).Exists;
    }

    public ValueTask DisposeAsync()
    {
        Open.TryRemove(this, out _);
        return DataSource.DisposeAsync();
    }

    private static string Parse(
        string connectionString, TimeSpan? statementTimeout, int? leastConnections, string? options = null)
    {
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(connectionString)
            {
                ApplicationName = "greenery",
                IncludeErrorDetail = true,
                // Long statements are the job here; the server's own statement_timeout is the limit.
                CommandTimeout = 0,
                // A connection whose other end is gone without a word (a failover, a NAT that forgot) must not hang for
                // ever.
                KeepAlive = 30,
                // Also while it waits for an answer, which the above does not see; in seconds.
                TcpKeepAlive = true,
                TcpKeepAliveTime = 60,
                TcpKeepAliveInterval = 10,
            };
            parts.Options = string.Join(
                ' ',
                new[] { ServerKeepAlive, parts.Options, Limit(statementTimeout), options }.OfType<string>());
            if (leastConnections is { } least)
            {
                ConnectionPool.Fit(parts, least);
            }
            return parts.Host is null ? throw new ArgumentException("it names no Host") : parts.ConnectionString;
        }
        catch (ArgumentException)
        {
            // The text itself is not shown, nor what the parser says of it: it may hold a password.
            throw new ConfigurationException(
                "Greenery:Warehouse",
                "is no Npgsql connection string with a Host"
                + (connectionString.Contains("://", StringComparison.Ordinal) ? " but looks like a URL" : "")
                + "; expected something like \"Host=localhost;Database=greenery;Username=greenery;Password=...\".");
        }
    }

    // A machine that is lost takes its locks with it within two minutes, not within the two hours of most systems.
    private const string ServerKeepAlive =
        "-c tcp_keepalives_idle=60 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=6";

    private static string? Limit(TimeSpan? statementTimeout) =>
        statementTimeout is { } limit ? $"-c statement_timeout={(long)limit.TotalMilliseconds}" : null;

    private static string Describe(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        return $"database '{parts.Database ?? parts.Username}' on {parts.Host}:{parts.Port}";
    }
}
