using System.Runtime.Versioning;

namespace Greenery.Tests.Infra;

/// <summary>infra/smoke.sh: what it takes for a deployed app.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SmokeTests : IDisposable
{
    private const string Key = "key-that-must-not-be-shown";

    private readonly ScriptProcess _script = new();

    private readonly Dictionary<string, string> _environment = new()
    {
        ["RESOURCE_GROUP"] = "rg", ["FUNCTION_APP"] = "func", ["FUNCTION_URL"] = "https://func.example",
        ["TRIES"] = "2", ["PAUSE"] = "0",
        ["GITHUB_ACTIONS"] = "",
    };

    [Theory]
    [InlineData(200, """{"is_healthy":true}""", 0, "Healthy: {\"is_healthy\":true}")]
    [InlineData(503, """{"is_healthy":false}""", 0, "says that its data is old: {\"is_healthy\":false}")]
    [InlineData(503, """{"status":503,"title":"Infrastructure cannot be used now."}""", 1, "Infrastructure cannot be used now.")]
    [InlineData(503, "<html>Service Unavailable</html>", 1, "answered 503")]
    [InlineData(401, "", 1, "answered 401")]
    [InlineData(404, "", 1, "answered 404")]
    public async Task Its_health_decides(int status, string body, int exitCode, string words)
    {
        // curl is given the key by its standard input, and the file for the answer after --output.
        _script.With("az", $"echo {Key}").With("curl", $$"""
            grep -q 'x-functions-key: {{Key}}' || exit 9
            while [ "$1" != --output ]; do shift; done
            printf '%s' '{{body}}' > "$2"
            printf {{status}}
            """);

        var result = await _script.RunAsync("smoke.sh", _environment);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(words, result.Output, StringComparison.Ordinal);
        Assert.Equal(
            exitCode == 0 ? 1 : 2, _script.Calls.Count(call => call.StartsWith("curl ", StringComparison.Ordinal)));
        Assert.DoesNotContain(Key, result.Output + string.Concat(_script.Calls), StringComparison.Ordinal);
    }

    public void Dispose() => _script.Dispose();
}
