using Greenery.Tests.Support;
using Xunit.Sdk;

namespace Greenery.Tests.Cases;

/// <summary>
/// Files from public bug reports of other tools, each loaded by runs of a warehouse of its own. What is right for each
/// is in <see cref="LoadCases"/>.
/// </summary>
public sealed class LoadCaseTests
{
    public static TheoryData<string> Names => [.. LoadCases.All.Keys.Order(StringComparer.Ordinal)];

    [LoadCaseTheory]
    [MemberData(nameof(Names))]
    public async Task A_file_of_a_bug_report_is_loaded_noted_or_refused_as_is_right(string name)
    {
        var expected = LoadCases.All[name];
        await using var run = await LoadCaseRun.StartAsync(LoadCases.FolderOf(name), expected);
        await expected.Play(run);
        if (LoadCases.Pending.TryGetValue(name, out var reason))
        {
            var failure = await Record.ExceptionAsync(() => run.VerifyAsync(expected));
            Assert.True(failure is XunitException, $"No longer pending, or another failure: {reason}\n{failure}");
            return;
        }
        await run.VerifyAsync(expected);
    }

    [LoadCaseTheory]
    [InlineData("expected.md")]
    public void Every_case_has_an_expectation(string file)
    {
        var folders = Directory.GetDirectories(Repository.LoadCases!)
            .Where(folder => File.Exists(Path.Combine(folder, file))).Select(folder => Path.GetFileName(folder)!);
        Assert.Equal(
            folders.Order(StringComparer.Ordinal),
            LoadCases.All.Keys.Select(LoadCases.FolderOf).Distinct().Order(StringComparer.Ordinal));
        Assert.Subset(LoadCases.All.Keys.ToHashSet(), LoadCases.Pending.Keys.ToHashSet());
    }
}
