namespace Greenery.Tests.Staging;

/// <summary>Gives a first chunk of one size and then chunks of another.</summary>
internal sealed class ChunkedStream(byte[] content, int first, int then) : MemoryStream(content)
{
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        await base.ReadAsync(buffer[..Math.Min(buffer.Length, Position == 0 ? first : then)], cancellationToken);
}
