using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Greenery.Cli.Serving;

/// <summary>
/// The web server answers what it cannot read (a header that is none, a version it does not speak) by itself, before
/// any route, and without the headers that all other answers have. They are added on the way to the caller.
/// </summary>
internal static class ProtectedRefusals
{
    /// <summary>What <c>ProtectedResult</c> gives to all other answers.</summary>
    private static readonly byte[] Headers = Encoding.ASCII.GetBytes(
        "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nX-Frame-Options: DENY\r\n"
        + "Content-Security-Policy: frame-ancestors 'none'\r\nReferrer-Policy: no-referrer\r\n\r\n");

    public static void Use(ListenOptions options) => options.Use(next => async context =>
    {
        var transport = context.Transport;
        context.Transport = new Duplex(transport.Input, new Output(transport.Output));
        try
        {
            await next(context);
        }
        finally
        {
            context.Transport = transport;
        }
    });

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class Output(PipeWriter inner) : PipeWriter
    {
        private Memory<byte> _memory;

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes)
        {
            var written = _memory.Span[..bytes];
            if (IsBareRefusal(written) && _memory.Length - bytes >= Headers.Length)
            {
                // In the place of the empty line, which they end with.
                Headers.CopyTo(_memory.Span[(bytes - 2)..]);
                bytes += Headers.Length - 2;
            }
            _memory = _memory[bytes..];
            inner.Advance(bytes);
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => _memory = inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            inner.FlushAsync(cancellationToken);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

        private static bool IsBareRefusal(ReadOnlySpan<byte> written) =>
            written.StartsWith("HTTP/1.1 4"u8) && written.EndsWith("\r\n\r\n"u8)
            && written.IndexOf("X-Content-Type-Options"u8) < 0;
    }
}
