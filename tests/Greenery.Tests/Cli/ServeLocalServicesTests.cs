using System.Diagnostics;
using Greenery.LocalServices;
using Greenery.Tests.LocalServices;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

/// <summary><c>greenery serve</c> with the services of its own.</summary>
public sealed class ServeLocalServicesTests : IDisposable
{
    private readonly TestDataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Services_that_are_killed_are_back_within_seconds()
    {
        // The packages that all tests share.
        Directory.CreateSymbolicLink(
            Path.Combine(_folder.Path, "packages"), Path.Combine(DataFolders.Default, "packages"));
        await TestServices.AzuriteAsync();
        var processes = new ServicesProcesses(_folder.Path);
        var cli = new CliProcess().With("Greenery__Sql", Repository.SqlFolder)
            .With("Greenery__LocalData", _folder.Path).With("Greenery__Schedule", "0 0 0 1 1 *");
        await using var serving = await Serving.StartAsync(cli);
        await AnswersAsync(serving);

        var postgres = processes.Postgres;
        postgres.Kill();
        await ServicesProcesses.EndAsync(postgres);
        await StartedAgainAsync(serving, () => processes.Postgres, postgres.Id);

        var (supervisor, second) = (processes.Supervisor, processes.Postgres);
        supervisor.Kill();
        await ServicesProcesses.EndAsync(supervisor);
        await StartedAgainAsync(serving, () => processes.Postgres, second.Id);

        // It may answer before what it has logged has come here.
        await Wait.UntilAsync(
            () => Task.FromResult(serving.Output.Contains("it was started again", StringComparison.Ordinal)),
            () => serving.HasExited);
        Assert.Equal(202, (await serving.PostAsync("/api/runs", "{}")).Status);
        Assert.Equal(0, await serving.StopAsync());
    }

    // Without a request: none is there in most of the day.
    private static async Task StartedAgainAsync(Serving serving, Func<Process> find, int before)
    {
        var watch = Stopwatch.StartNew();
        while (!IsAnother(find, before))
        {
            Assert.False(serving.HasExited, serving.Output);
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), serving.Output);
            await Task.Delay(200);
        }
        await AnswersAsync(serving);
    }

    private static bool IsAnother(Func<Process> find, int before)
    {
        try
        {
            using var found = find();
            return found.Id != before && !found.HasExited;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or InvalidOperationException
            or FormatException)
        {
            // Its file is not there, or its process.
            return false;
        }
    }

    private static async Task AnswersAsync(Serving serving)
    {
        var watch = Stopwatch.StartNew();
        while (!(await serving.GetAsync("/api/health")).Text.Contains(
            "No run was published yet.", StringComparison.Ordinal))
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), serving.Output);
            await Task.Delay(200);
        }
    }
}
