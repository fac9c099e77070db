using System.Diagnostics;
using System.Runtime.Versioning;
using Greenery.Tests.Support;

namespace Greenery.Tests;

/// <summary><c>.ci/run</c>, with a stand-in for dotnet that leaves the results of the test.</summary>
public sealed class CiRunTests
{
    [UnsupportedOSPlatform("windows")]
    [Theory]
    [InlineData("total=\"12\" executed=\"11\" passed=\"11\" failed=\"0\"", 0, "11 passed, 0 failed, 1 skipped")]
    [InlineData("total=\"12\" executed=\"12\" passed=\"10\" failed=\"2\"", 1, "10 passed, 2 failed, 0 skipped")]
    [InlineData(null, 1, "0 passed, 1 failed, 0 skipped")]
    public async Task It_closes_with_the_counts_and_fails_when_a_test_or_the_build_fails(
        string? counters, int exitCode, string lastLine)
    {
        using var folder = new TestDataFolder();
        var stub = Path.Combine(folder.Path, "dotnet");
        var trx = counters is null ? "" : $"echo '<Counters {counters} error=\"0\" />' > \"$results/a.trx\"";
        await File.WriteAllTextAsync(stub, $"#!/usr/bin/env bash\nresults=\"${{@: -1}}\"\n{trx}\nexit {exitCode}\n");
        File.SetUnixFileMode(stub, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var start = new ProcessStartInfo(Path.Combine(Repository.Top, ".ci", "run")) { RedirectStandardOutput = true };
        start.Environment["PATH"] = $"{folder.Path}:{start.Environment["PATH"]}";
        // CI may have set it, for the run that this test is part of.
        start.Environment.Remove("TEST_RESULTS");
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal((exitCode, lastLine), (process.ExitCode, output.TrimEnd().Split('\n')[^1]));
    }
}
