using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace Greenery.Tests.Support;

/// <summary><c>greenery serve</c> as a process of its own, on a free port.</summary>
internal sealed class Serving : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<Uri> _listens = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Serving(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Exited += (_, _) => _listens.TrySetException(new InvalidOperationException("It does not serve."));
        process.EnableRaisingEvents = true;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Client { get; } = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>What it has written so far, to both standard output and standard error.</summary>
    public string Output => string.Join('\n', _lines);

    public bool HasExited => _process.HasExited;

    public static async Task<Serving> StartAsync(CliProcess cli, params string[] options)
    {
        var serving = new Serving(cli.Start(["serve", "--listen", "http://127.0.0.1:0", .. options]));
        try
        {
            serving.Client.BaseAddress = await serving._listens.Task.WaitAsync(TimeSpan.FromMinutes(2));
            return serving;
        }
        catch (Exception exception)
        {
            var output = serving.Output;
            await serving.DisposeAsync();
            throw new InvalidOperationException(output, exception);
        }
    }

    public async Task<ApiResponse> GetAsync(string path) =>
        await SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public async Task<ApiResponse> PostAsync(string path, string? body = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }
        return await SendAsync(request);
    }

    public async Task<ApiResponse> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await Client.SendAsync(request);
            return await ApiResponse.OfAsync(response);
        }
    }

    /// <summary>
    /// Asks it to stop, as service managers do, and gives its exit code; one that takes its time fails the test.
    /// </summary>
    /// <param name="signal">How it is asked.</param>
    public async Task<int> StopAsync(string signal = "TERM")
    {
        using (var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>Kills it without a word.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }
        _process.Dispose();
        Client.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }
        _lines.Enqueue(line);
        if (Regex.Match(line, "(?:^|\"message\":\")Listening on (http://[^, ]+?)[.,]? ") is { Success: true } match)
        {
            _listens.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }
}
