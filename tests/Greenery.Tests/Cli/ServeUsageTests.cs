using System.Net;
using System.Net.Sockets;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

/// <summary>What <c>greenery serve</c> refuses before it serves: exit code 2, and why.</summary>
public sealed class ServeUsageTests
{
    [Fact]
    public async Task A_port_that_is_taken_is_reported()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        var result = await Cli().RunAsync("serve", "--listen", address);

        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
            $"--listen: {address}/ cannot be listened on: Failed to bind to address {address}: address already in "
                + $"use. Choose another address or port.",
            Assert.Single(result.ErrorLines));
    }

    [Fact]
    public async Task An_address_of_another_machine_is_reported()
    {
        var result = await Cli().With("Greenery__ApiKey", "key").RunAsync("serve", "--listen", "http://192.0.2.1:7071");

        Assert.Equal(2, result.ExitCode);
        Assert.Matches(
            @"^--listen: http://192\.0\.2\.1:7071/ cannot be listened on: .+[^.]\. Choose another address or port\.$",
            Assert.Single(result.ErrorLines));
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://greenery.example:0")]
    public async Task What_other_machines_reach_needs_a_key(string address)
    {
        var result = await Cli().RunAsync("serve", "--listen", address);

        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
            $"Greenery:ApiKey: is not set, and {address}/ can be reached from other machines; expected a long random "
            + "text that callers send in the header x-functions-key. Set it, or listen on 127.0.0.1.",
            Assert.Single(result.ErrorLines));
    }

    [Theory]
    [InlineData("https://127.0.0.1:7071")]
    [InlineData("127.0.0.1:7071")]
    [InlineData("7071")]
    [InlineData("http://127.0.0.1:7071/api")]
    [InlineData("http://127.0.0.1:99999")]
    public async Task What_is_no_address_to_listen_on_is_reported(string address)
    {
        var result = await Cli().RunAsync("serve", "--listen", address);

        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
            $"'{address}' is no address to listen on; expected http://HOST:PORT, such as http://127.0.0.1:7071. For "
                + $"https put a proxy in front.",
            result.ErrorLines[0]);
    }

    // Kestrel would take the whole for the name of a host that it does not know, and listen on all addresses.
    [Theory]
    [InlineData("http://s3cret@127.0.0.1:0")]
    [InlineData("http://ana:s3cret@localhost:0")]
    [InlineData("http://s3cret@:0")]
    [InlineData("http://@127.0.0.1:0")]
    public async Task User_info_in_the_address_is_refused_and_not_shown(string address)
    {
        var result = await Cli().RunAsync("serve", "--listen", address);

        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
            "--listen has a user name or a password in it (before an @); expected http://HOST:PORT, such as "
            + "http://127.0.0.1:7071. Set Greenery:ApiKey to say who may call.",
            result.ErrorLines[0]);
        Assert.DoesNotContain("s3cret", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_that_can_never_work_are_reported_at_the_start()
    {
        var warehouse = await Cli().With("Greenery__Warehouse", "postgres://ana:s3cret@db").RunAsync(
            "serve", "--listen", "http://127.0.0.1:0");
        Assert.Equal(2, warehouse.ExitCode);
        Assert.StartsWith(
            "Greenery:Warehouse: is no Npgsql connection string with a Host but looks like a URL",
            Assert.Single(warehouse.ErrorLines), StringComparison.Ordinal);

        var drops = await Cli().With("Greenery__Drops", "AccountName=x;AccountKey=s3cret").RunAsync(
            "serve", "--listen", "http://127.0.0.1:0");
        Assert.Equal(2, drops.ExitCode);
        Assert.StartsWith(
            "Greenery:Drops: looks like a storage connection string, but cannot be read as one",
            Assert.Single(drops.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pool_that_a_run_would_wait_for_itself_in_is_reported_at_the_start()
    {
        var result = await Cli().With("Greenery__Warehouse", "Host=127.0.0.1;Port=1;Maximum Pool Size=2").RunAsync(
            "serve", "--listen", "http://127.0.0.1:0");

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith(
            "Greenery:Warehouse: has Maximum Pool Size=2; expected ", Assert.Single(result.ErrorLines),
            StringComparison.Ordinal);
    }

    // Nothing of this is connected to.
    private static CliProcess Cli() => new CliProcess()
        .With("Greenery__Warehouse", "Host=127.0.0.1;Port=1").With("Greenery__Drops", Path.GetTempPath()).With(
            "Greenery__Sql", Repository.SqlFolder);
}
