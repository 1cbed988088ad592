using System.Net;

namespace Platform.Api.Tests.Files;

/// <summary>So many zeros, made as they are sent.</summary>
internal sealed class Zeros(long length, bool declared) : HttpContent
{
    /// <summary>Memory of the process, client included, when most was sent.</summary>
    public long HeldInTheMiddle { get; private set; }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var piece = new byte[64 * 1024];
        for (var left = length; left > 0; left -= Math.Min(left, piece.Length))
        {
            await stream.WriteAsync(piece.AsMemory(0, (int)Math.Min(left, piece.Length)));
            if (HeldInTheMiddle == 0 && left < length / 10)
            {
                HeldInTheMiddle = GC.GetTotalMemory(forceFullCollection: true);
            }
        }
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return declared;
    }
}
