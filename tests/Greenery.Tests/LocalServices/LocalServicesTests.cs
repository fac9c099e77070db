using System.Net;
using System.Net.Sockets;
using Azure;
using Azure.Storage.Blobs;
using Greenery.LocalServices;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Tests.LocalServices;

public sealed class LocalServicesTests : IDisposable
{
    private static readonly CancellationToken _none = CancellationToken.None;

    private readonly TestDataFolder _folder = new("a path's \"spaces\" ä");

    private LocalServicesOptions ThrowAway => TestServices.Options(_folder.Path);

    private LocalServicesOptions Kept => ThrowAway with { IsThrowAway = false };

    private ServicesProcesses Processes => new(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Both_services_work_and_nothing_is_left_when_they_are_let_go()
    {
        var services = await LocalEnvironment.StartAsync(ThrowAway, null, _none);
        var strings = await Task.WhenAll(services.WarehouseAsync(_none), services.DropsAsync(_none));
        var (supervisor, postgres) = (Processes.Supervisor, Processes.Postgres);

        Assert.Equal("greenery", await AskAsync<string>(strings[0], "select current_database()"));
        await new BlobContainerClient(strings[1], "drops").CreateAsync();
        await services.DisposeAsync();

        await ServicesProcesses.EndAsync(supervisor);
        await ServicesProcesses.EndAsync(postgres);
        Assert.Empty(Directory.GetFileSystemEntries(Processes.Folder));
    }

    [Fact]
    public async Task A_service_that_is_not_asked_for_does_not_start()
    {
        await using var services = await LocalEnvironment.StartAsync(ThrowAway, null, _none);
        await services.DropsAsync(_none);

        Assert.False(Directory.Exists(Path.Combine(Processes.Folder, "postgres")));
    }

    [Fact]
    public async Task Processes_that_start_at_once_share_one_server_until_the_last_has_gone()
    {
        using var other = Processes.StartHolder();
        var services = await LocalEnvironment.StartAsync(ThrowAway, null, _none);
        var warehouse = await services.WarehouseAsync(_none);
        Assert.Equal(warehouse, await other.StandardOutput.ReadLineAsync());
        var supervisor = Processes.Supervisor;

        await services.DisposeAsync();
        Assert.Equal(1, await AskAsync<int>(warehouse, "select 1"));

        other.StandardInput.Close();
        await ServicesProcesses.EndAsync(other);
        Assert.True(supervisor.HasExited);
    }

    [Fact]
    public async Task Many_starts_at_once_in_one_process_share_one_server()
    {
        var services = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => Task.Run(() => LocalEnvironment.StartAsync(ThrowAway, null, _none))));
        var strings = await Task.WhenAll(services.Select(each => each.WarehouseAsync(_none)));

        Assert.Single(strings.Distinct());
        await Task.WhenAll(services.Select(each => each.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task A_killed_process_leaves_no_service_running()
    {
        using var holder = Processes.StartHolder();
        await holder.StandardOutput.ReadLineAsync();
        await holder.StandardOutput.ReadLineAsync();
        var (supervisor, postgres) = (Processes.Supervisor, Processes.Postgres);

        holder.Kill();

        await ServicesProcesses.EndAsync(supervisor);
        await ServicesProcesses.EndAsync(postgres);
        Assert.Empty(Directory.GetFileSystemEntries(Processes.Folder));
    }

    [Fact]
    public async Task Ctrl_C_of_one_process_does_not_reach_the_services_of_another()
    {
        await using var services = await LocalEnvironment.StartAsync(ThrowAway, null, _none);
        var warehouse = await services.WarehouseAsync(_none);

        await ServicesProcesses.SignalAsync("INT", Processes.Supervisor);

        Assert.Equal(warehouse, await services.WarehouseAsync(_none));
        Assert.Equal(1, await AskAsync<int>(warehouse, "select 1"));
    }

    [Fact]
    public async Task A_killed_supervisor_takes_PostgreSQL_with_it_and_the_next_start_keeps_the_data()
    {
        await using var services = await LocalEnvironment.StartAsync(Kept, null, _none);
        await AskAsync<int>(await services.WarehouseAsync(_none), "create table kept (id int); select 1");
        var postgres = Processes.Postgres;

        Processes.Supervisor.Kill();
        await ServicesProcesses.EndAsync(postgres);

        var error = await Assert.ThrowsAsync<InfrastructureException>(() => services.WarehouseAsync(_none));
        Assert.Contains("has ended", error.Message, StringComparison.Ordinal);
        await using var again = await LocalEnvironment.StartAsync(Kept, null, _none);
        Assert.Equal(0, await AskAsync<int>(await again.WarehouseAsync(_none), "select count(*)::int from kept"));
    }

    [Fact]
    public async Task A_PostgreSQL_that_is_still_stopping_after_its_supervisor_was_killed_is_waited_for()
    {
        await using var services = await LocalEnvironment.StartAsync(Kept, null, _none);
        await services.WarehouseAsync(_none);

        Processes.Supervisor.Kill();

        await using var again = await LocalEnvironment.StartAsync(Kept, null, _none);
        Assert.Equal(1, await AskAsync<int>(await again.WarehouseAsync(_none), "select 1"));
    }

    [Fact]
    public async Task A_second_start_keeps_data_and_ports()
    {
        var (warehouse, drops) = await RunOnceAsync("create table kept (id int); select 1");

        await using var services = await LocalEnvironment.StartAsync(Kept, null, _none);

        Assert.Equal(warehouse, await services.WarehouseAsync(_none));
        Assert.Equal(drops, await services.DropsAsync(_none));
        Assert.Equal(0, await AskAsync<int>(warehouse, "select count(*)::int from kept"));
        Assert.True(await new BlobContainerClient(drops, "drops").ExistsAsync());
    }

    [Fact]
    public async Task Azurite_has_a_key_of_its_own_that_only_its_user_may_read()
    {
        await using var services = await LocalEnvironment.StartAsync(Kept, null, _none);
        var drops = await services.DropsAsync(_none);

        Assert.DoesNotContain(PublishedKey, drops, StringComparison.Ordinal);
        var file = Path.Combine(Processes.Folder, "azurite.key");
        Assert.Contains($"AccountKey={(await File.ReadAllTextAsync(file)).Trim()};", drops, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
        var key = drops.Split("AccountKey=")[1].Split(';')[0];
        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => new BlobContainerClient(
            drops.Replace(key, PublishedKey, StringComparison.Ordinal), "drops").CreateAsync());
        Assert.Equal(403, refused.Status);
        await new BlobContainerClient(drops, "drops").CreateAsync();
    }

    // Azurite's own, which Microsoft publishes: no secret.
    private const string PublishedKey =
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    [Fact]
    public async Task Ports_that_are_taken_are_replaced()
    {
        var (warehouse, drops) = await RunOnceAsync("select 1");
        using var first = Occupy(new NpgsqlConnectionStringBuilder(warehouse).Port);
        using var second = Occupy(new BlobServiceClient(drops).Uri.Port);

        await using var services = await LocalEnvironment.StartAsync(Kept, null, _none);

        Assert.NotEqual(warehouse, await services.WarehouseAsync(_none));
        Assert.Equal(1, await AskAsync<int>(await services.WarehouseAsync(_none), "select 1"));
        Assert.True(await new BlobContainerClient(await services.DropsAsync(_none), "drops").ExistsAsync());
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("{\"pid\": 1, \"port\": PORT, \"token\": \"of an earlier time\"}", 1)]
    public async Task An_address_of_an_earlier_time_is_recognised(string address, int expectedVisits)
    {
        // Another program has the port now: it closes a connection that speaks to it in a strange tongue.
        using var stranger = Occupy(0);
        var visit = Task.Run(async () =>
        {
            using var visitor = await stranger.AcceptTcpClientAsync();
        });
        var port = ((IPEndPoint)stranger.LocalEndpoint).Port;
        Directory.CreateDirectory(Processes.Folder);
        await File.WriteAllTextAsync(
            Processes.AddressFile, address.Replace("PORT", $"{port}", StringComparison.Ordinal));

        await using var services = await LocalEnvironment.StartAsync(ThrowAway, null, _none);

        Assert.Equal(1, await AskAsync<int>(await services.WarehouseAsync(_none), "select 1"));
        Assert.Equal(expectedVisits == 1, visit.IsCompleted);
    }

    [Fact]
    public async Task A_process_id_that_has_become_another_programs_does_not_hold_PostgreSQL_up()
    {
        await RunOnceAsync("select 1");
        await File.WriteAllTextAsync(
            Processes.PostmasterFile, $"{Environment.ProcessId}\n{Path.GetDirectoryName(Processes.PostmasterFile)}\n");

        await using var services = await LocalEnvironment.StartAsync(Kept, null, _none);

        Assert.Equal(1, await AskAsync<int>(await services.WarehouseAsync(_none), "select 1"));
    }

    [Fact]
    public async Task Data_of_another_PostgreSQL_version_is_refused_in_plain_words()
    {
        await RunOnceAsync("select 1");
        await File.WriteAllTextAsync(Path.Combine(Processes.Folder, "postgres", "PG_VERSION"), "16\n");

        await using var services = await LocalEnvironment.StartAsync(Kept, null, _none);
        var error = await Assert.ThrowsAsync<InfrastructureException>(() => services.WarehouseAsync(_none));

        Assert.Contains("was made by PostgreSQL 16, expected 18", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_start_is_reported_with_its_last_words()
    {
        await RunOnceAsync("select 1");
        await File.AppendAllTextAsync(
            Path.Combine(Processes.Folder, "postgres", "postgresql.conf"), "shared_buffers = 'much'\n");

        await using var services = await LocalEnvironment.StartAsync(Kept, null, _none);
        var error = await Assert.ThrowsAsync<InfrastructureException>(() => services.WarehouseAsync(_none));

        Assert.Contains("PostgreSQL did not start", error.Message, StringComparison.Ordinal);
        Assert.Contains("\"shared_buffers\": \"much\"", error.Message, StringComparison.Ordinal);
    }

    private async Task<(string Warehouse, string Drops)> RunOnceAsync(string sql)
    {
        await using var services = await LocalEnvironment.StartAsync(Kept, null, _none);
        var strings = await Task.WhenAll(services.WarehouseAsync(_none), services.DropsAsync(_none));
        await AskAsync<int>(strings[0], sql);
        await new BlobContainerClient(strings[1], "drops").CreateAsync();
        return (strings[0], strings[1]);
    }

    private static async Task<T?> AskAsync<T>(string warehouse, string sql)
    {
        // No pool: a pooled connection would not notice that its server was started anew.
        await using var connection = new NpgsqlConnection($"{warehouse};Pooling=false");
        await connection.OpenAsync();
        return await connection.ExecuteScalarAsync<T>(sql, null, _none);
    }

    private static TcpListener Occupy(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }
}
