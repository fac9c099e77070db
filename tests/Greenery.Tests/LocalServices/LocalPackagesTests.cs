using Greenery.LocalServices;
using Greenery.Tests.Support;

namespace Greenery.Tests.LocalServices;

/// <summary>Installing, with stand-ins for node and npm; the other tests run on the real installation.</summary>
public sealed class LocalPackagesTests : IDisposable
{
    private readonly TestDataFolder _folder = new();
    private readonly string _programs;

    public LocalPackagesTests()
    {
        _programs = Path.Combine(_folder.Path, "programs");
        Directory.CreateDirectory(_programs);
    }

    private LocalServicesOptions Options => TestServices.Options(_folder.Path) with
    {
        PackagesFolder = null,
        SearchPath = _programs,
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_machine_without_node_gets_a_message_that_says_what_to_do()
    {
        Assert.Equal(
            "Local services: PostgreSQL and Azurite are started by Node.js 20 or later, and there is no 'node' on the "
            + "PATH. Install it from https://nodejs.org, or use services of your own: settings Greenery:Warehouse "
            + "(PostgreSQL) and Greenery:Drops (a folder or blob storage).",
            await RefusalAsync());
    }

    [Fact]
    public async Task A_machine_without_npm_gets_a_message_that_says_what_to_do()
    {
        LinkNode();

        Assert.Equal(
            "Local services: npm was not found on the PATH. It comes with Node.js (https://nodejs.org).",
            await RefusalAsync());
    }

    [Fact]
    public async Task A_failing_npm_is_reported_with_its_last_lines_and_leaves_nothing_that_looks_installed()
    {
        LinkNode();
        AddProgram("npm", "echo 'npm error network: no way out' >&2; exit 7");

        var refusal = await RefusalAsync();

        Assert.Contains("(exit code 7)", refusal, StringComparison.Ordinal);
        Assert.EndsWith("npm error network: no way out", refusal, StringComparison.Ordinal);
        Assert.All(
            Directory.GetDirectories(Path.Combine(_folder.Path, "packages")),
            folder => Assert.EndsWith(".tmp", folder, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_node_that_cannot_read_the_supervisor_is_reported_as_too_old()
    {
        AddProgram("node", "echo 'SyntaxError: Unexpected token {' >&2; exit 1");

        var refusal = await RefusalAsync();

        Assert.Contains("version 20 or later", refusal, StringComparison.Ordinal);
        Assert.Contains("SyntaxError", refusal, StringComparison.Ordinal);
    }

    private async Task<string> RefusalAsync() => (await Assert.ThrowsAsync<InfrastructureException>(
        () => LocalEnvironment.StartAsync(Options, null, CancellationToken.None))).Message;

    private void LinkNode() => File.CreateSymbolicLink(
        Path.Combine(_programs, "node"),
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "node")).First(File.Exists));

    private void AddProgram(string name, string script)
    {
        var file = Path.Combine(_programs, name);
        File.WriteAllText(file, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }
}
