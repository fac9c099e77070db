using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Tests.Support;

/// <summary>What a route answers, as it goes to the caller.</summary>
internal sealed record ApiResponse(int Status, string? ContentType, string? Location, string Text)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>A problem's title and detail, and the run it is about.</summary>
    public (int Status, string? Title, string? Detail, long? RunId) Problem
    {
        get
        {
            Assert.Equal("application/problem+json", ContentType?.Split(';')[0]);
            var run = Json.GetProperty("run_id");
            Assert.Equal(Status, Json.GetProperty("status").GetInt32());
            return (Status, Json.GetProperty("title").GetString(), Json.GetProperty("detail").GetString(),
                run.ValueKind == JsonValueKind.Null ? null : run.GetInt64());
        }
    }

    /// <summary>Has a route of <c>RunsApi</c> answer a request.</summary>
    public static async Task<ApiResponse> OfAsync(
        Func<HttpRequest, Task<IResult>> routeAsync, Action<HttpRequest>? prepare = null)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        prepare?.Invoke(context.Request);
        using var body = new MemoryStream();
        context.Response.Body = body;
        await (await routeAsync(context.Request)).ExecuteAsync(context);
        var answer = new ApiResponse(
            context.Response.StatusCode, context.Response.ContentType, context.Response.Headers.Location,
            Encoding.UTF8.GetString(body.ToArray()));
        answer.AssertTellsNothingOfTheInside();
        return answer;
    }

    public static async Task<ApiResponse> OfAsync(HttpResponseMessage response)
    {
        var answer = new ApiResponse(
            (int)response.StatusCode, response.Content.Headers.ContentType?.ToString(),
            response.Headers.Location?.ToString(),
            await response.Content.ReadAsStringAsync());
        answer.AssertTellsNothingOfTheInside();
        return answer;
    }

    // Neither a trace nor the name of a type.
    private void AssertTellsNothingOfTheInside() => Assert.DoesNotMatch(
        @"   at |Exception|System\.|Npgsql\.|Greenery\.(Runs|Hosting)|\.cs:line", Text);
}
