using System.Globalization;
using System.Runtime.Versioning;

namespace Greenery.Tests.Infra;

/// <summary>infra/smoke.sh: what it takes for a deployment that works, and what it says of one that does not.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SmokeTests : IDisposable
{
    private const string Key = "key-that-must-not-be-shown";
    private const string Well = """200 {"is_healthy":true}""";
    private const string Old = """503 {"is_healthy":false}""";
    private const string Started = """202 {"run_id":7,"url":"/api/runs/7"}""";

    private readonly ScriptProcess _script = new();

    private readonly Dictionary<string, string> _environment = new()
    {
        ["RESOURCE_GROUP"] = "rg", ["FUNCTION_APP"] = "func", ["FUNCTION_URL"] = "https://func.example",
        ["TRIES"] = "2", ["RUN_TRIES"] = "3", ["PAUSE"] = "0",
        ["GITHUB_ACTIONS"] = "",
    };

    [Theory]
    [InlineData(503, """{"status":503,"title":"Infrastructure cannot be used now."}""", "run-failed")]
    [InlineData(503, "<html>Service Unavailable</html>", "answered 503 after 2 attempts")]
    [InlineData(404, "", "Deploy it (azd deploy)")]
    [InlineData(0, "", "Nothing listens there")]
    public async Task An_app_that_does_not_answer_well_is_not_asked_for_a_run(int status, string body, string words)
    {
        Answers($"{status:000} {body}", "500", "500");

        var (exitCode, output) = await RunAsync();

        Assert.Equal(3, exitCode);
        Assert.Contains(words, output, StringComparison.Ordinal);
        Assert.All(_script.Calls, call => Assert.DoesNotContain("POST", call, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Well, Started, "published", 0, "Run 7 ended as published. Healthy: {\"is_healthy\":true}")]
    [InlineData(Old, Started, "unchanged", 0, "the data is old: {\"is_healthy\":false} Upload drops")]
    [InlineData(Well, """409 {"detail":"Run 7 is active.","run_id":7}""", "published", 0, "Run 7 is active already")]
    [InlineData(Well, Started, "checks_failed", 1, "run 7 ended as checks_failed")]
    [InlineData(Well, Started, "refused", 1, "docs/operations.md, run-held-back")]
    [InlineData(Well, Started, "cancelled", 1, "Run 7 was stopped by a user")]
    [InlineData(Well, Started, "failed", 3, "docs/operations.md, run-failed")]
    [InlineData(Well, Started, "running", 4, "stop it with POST /api/runs/7/cancel")]
    [InlineData(Well, """429 {"title":"There are too many requests"}""", "", 3, "answered 429, expected 202")]
    [InlineData(Well, "202 {}", "", 3, "without a run's id")]
    public async Task The_end_of_the_run_decides(string health, string post, string state, int exitCode, string words)
    {
        Answers(health, post, $$"""200 {"run_id":7,"state":"{{state}}","steps":[{"state":"failed"}]}""");

        var result = await RunAsync();

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(words, result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, result.Output + string.Concat(_script.Calls), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FUNCTION_URL")]
    [InlineData("RESOURCE_GROUP")]
    public async Task What_is_missing_is_said_before_anything_is_called(string variable)
    {
        Answers(Well, Started, Well);
        _environment[variable] = "";

        var (exitCode, output) = await RunAsync();

        Assert.Equal(2, exitCode);
        Assert.StartsWith($"{variable} is not set; expected", output, StringComparison.Ordinal);
        Assert.Empty(_script.Calls);
    }

    public void Dispose() => _script.Dispose();

    private Task<(int ExitCode, string Output)> RunAsync() => _script.RunAsync("smoke.sh", _environment);

    // curl is given the key by its standard input, and the file for the answer after --output; each answer is a status
    // and a body.
    private void Answers(string health, string post, string run) => _script.With("az", $"echo {Key}").With(
        "curl", string.Create(CultureInfo.InvariantCulture, $$"""
            grep -q 'x-functions-key: {{Key}}' || exit 9
            case "$*" in
              *POST*) answer='{{post}}' ;;
              *runs/7*) answer='{{run}}' ;;
              *) answer='{{health}}' ;;
            esac
            while [ "$1" != --output ]; do shift; done
            case $answer in *' '*) printf '%s' "${answer#* }" > "$2" ;; *) : > "$2" ;; esac
            printf '%s' "${answer%% *}"
            test "${answer%% *}" != 000
            """));
}
