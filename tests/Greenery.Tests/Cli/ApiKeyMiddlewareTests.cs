using System.Net;
using Greenery.Cli.Serving;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Tests.Cli;

/// <summary>Whom the gate of <c>greenery serve</c> lets in, by the address the request comes from.</summary>
public sealed class ApiKeyMiddlewareTests
{
    [Theory]
    [InlineData("127.0.0.1", 200)]
    [InlineData("127.8.9.1", 200)]
    [InlineData("::1", 200)]
    [InlineData("::ffff:127.0.0.1", 200)]
    [InlineData("::ffff:127.3.0.1", 200)]
    [InlineData("192.0.2.1", 403)]
    [InlineData("::ffff:192.0.2.1", 403)]
    [InlineData("2001:db8::1", 403)]
    [InlineData(null, 403)]
    public async Task Without_a_key_only_this_machine_comes_in_whatever_name_it_calls(string? address, int status) =>
        Assert.Equal(status, await StatusAsync(null, address, "localhost"));

    [Theory]
    [InlineData("192.0.2.1", 200)]
    [InlineData(null, 200)]
    public async Task With_the_key_any_machine_comes_in(string? address, int status) =>
        Assert.Equal(status, await StatusAsync("key", address, "greenery.example"));

    private static async Task<int> StatusAsync(string? key, string? address, string host)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        context.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);
        context.Request.Host = new HostString(host);
        context.Request.Headers["x-functions-key"] = key;
        await new ApiKeyMiddleware(key).InvokeAsync(context, _ => Task.CompletedTask);
        return context.Response.StatusCode;
    }
}
