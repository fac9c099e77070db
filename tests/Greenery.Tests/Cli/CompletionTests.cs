using System.Diagnostics;
using Greenery.Cli.Output;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

/// <summary>What a shell is offered: commands, options and the project's models; and the scripts that ask.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("", "doctor validate completion")]
    [InlineData("va", "validate")]
    [InlineData("run --f", "--full-refresh")]
    [InlineData("alerts ", "send test")]
    [InlineData("completion ", "bash zsh pwsh fish")]
    [InlineData("logs ", "last")]
    [InlineData("init shop --example ", "shop empty")]
    public void Commands_options_and_values_are_suggested(string line, string expected) =>
        Assert.Empty(expected.Split(' ').Except(Suggestions(line)));

    [Fact]
    public async Task Models_of_the_project_are_suggested_in_a_real_bash()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();

        Assert.Equal(
            ["greenery verify dim_", "dim_users", "greenery test dim_users fact_", "fact_orders", "fact_user_orders",
                "greenery validate --o", "--offline", "greenery import db", "dbt"],
            await CompleteAsync(test, "greenery verify dim_", "greenery test dim_users fact_", "greenery validate --o",
                "greenery import db"));
        test.ChangeSql("sources.yml", "primary_key", "primary_kee");
        Assert.Equal(["greenery verify dim_"], await CompleteAsync(test, "greenery verify dim_"));
    }

    [Fact]
    public void Each_shell_has_a_script_that_asks_the_program() => Assert.All(CompletionScript.Shells, shell =>
    {
        var script = CompletionScript.Of(shell);

        Assert.Contains($"greenery completion {shell}", script, StringComparison.Ordinal);
        Assert.Contains("[suggest:", script, StringComparison.Ordinal);
        Assert.EndsWith("\n", script, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', script);
    });

    private static string[] Suggestions(string line) => CommandHelp.Answer($"[suggest:{line.Length}]", line)
        .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    // As bash does it: it calls the function of the script with the line, and reads COMPREPLY. Each line, and what is
    // offered for it.
    private static async Task<string[]> CompleteAsync(TestWarehouse test, params string[] lines)
    {
        var script =
            $$"""
            greenery() { dotnet '{{CliProcess.Program}}' "$@"; }
            {{CompletionScript.Of("bash")}}
            for line in {{string.Join(' ', lines.Select(line => $"'{line}'"))}}; do
                COMP_LINE=$line COMP_POINT=${#line} COMP_WORDS=($line) COMPREPLY=()
                _greenery greenery "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
                printf '%s\n' "$line" "${COMPREPLY[@]}"
            done
            """;
        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["Greenery__Sql"] = test.Sql;
        using var process = Process.Start(start)!;
        var result = await CliProcess.FinishAsync(process);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
