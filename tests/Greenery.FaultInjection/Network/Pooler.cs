using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using Npgsql;

namespace Greenery.FaultInjection.Network;

/// <summary>A PgBouncer in session mode in front of a server, which may be killed and started again.</summary>
internal sealed class Pooler : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _settings;
    private Process _process;

    private Pooler(string settings, int port)
    {
        (_settings, Port) = (settings, port);
        _process = Launch();
    }

    public int Port { get; }

    /// <summary>Whether PgBouncer is installed.</summary>
    public static async Task<bool> IsThereAsync()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("pgbouncer", ["--version"])
            {
                RedirectStandardOutput = true,
            })!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Starts one; returns when it listens.</summary>
    /// <param name="server">The server, with its superuser.</param>
    /// <param name="folder">For its settings; every user must be able to enter it.</param>
    /// <param name="port">A free port.</param>
    public static async Task<Pooler> StartAsync(NpgsqlConnectionStringBuilder server, string folder, int port)
    {
        var settings = Path.Combine(folder, $"pgbouncer-{port}.ini");
        await File.WriteAllTextAsync(settings,
            $"""
            [databases]
            * = host={server.Host} port={server.Port} user={server.Username} password={server.Password}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = any
            pool_mode = session
            default_pool_size = 60
            ignore_startup_parameters = extra_float_digits,options
            """);
        var pooler = new Pooler(settings, port);
        await pooler.ListeningAsync();
        return pooler;
    }

    /// <summary>Ends it as a crash does: both sides lose their connections.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Starts it again on its port; returns when it listens.</summary>
    public async Task StartAgainAsync()
    {
        _process = Launch();
        await ListeningAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        File.Delete(_settings);
    }

    // It refuses to run as root.
    private Process Launch() => Process.Start(new ProcessStartInfo(
        "pgbouncer", [.. Environment.IsPrivilegedProcess ? ["-u", "daemon"] : Array.Empty<string>(), "-q", _settings])
    {
        RedirectStandardError = true,
    })!;

    private async Task ListeningAsync()
    {
        for (var patience = Stopwatch.StartNew(); ;)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", Port);
                return;
            }
            catch (SocketException) when (!_process.HasExited && patience.Elapsed < Patience)
            {
                await Task.Delay(20);
            }
            catch (SocketException) when (_process.HasExited)
            {
                throw new InvalidOperationException(
                    $"PgBouncer ended with {_process.ExitCode}: {await _process.StandardError.ReadToEndAsync()}");
            }
        }
    }
}
