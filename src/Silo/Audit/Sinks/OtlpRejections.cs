using System.Buffers.Binary;

namespace Platform.Silo.Audit.Sinks;

/// <summary>
/// Looks into what a collector answers: with success it may say that it rejected some of the records (OTLP, Partial Success), which the exporter does not tell. One request at a time.
/// </summary>
internal sealed class OtlpRejections(HttpMessageHandler inner, bool isGrpc) : DelegatingHandler(inner)
{
    // A frame of gRPC: whether it is compressed, which nobody offered, and its length.
    private const int FrameHead = 5;
    private const int MostAnswer = 64 * 1024;

    private volatile bool _hasRejected;

    /// <summary>Whether records were rejected since this was asked last.</summary>
    public bool Take()
    {
        var rejected = _hasRejected;
        _hasRejected = false;
        return rejected;
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = base.Send(request, cancellationToken);
        using var answer = response.Content.ReadAsStream(cancellationToken);
        using var impatient = cancellationToken.UnsafeRegister(static answer => ((Stream)answer!).Dispose(), answer);
        var bytes = new byte[MostAnswer];
        var length = answer.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        response.Content = new ByteArrayContent(bytes, 0, length);
        Look(bytes.AsMemory(0, length));
        return response;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(MostAnswer, cancellationToken);
        Look(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        return response;
    }

    private void Look(ReadOnlyMemory<byte> answer)
    {
        if (isGrpc)
        {
            if (answer.Length < FrameHead)
            {
                return;
            }

            var length = BinaryPrimitives.ReadUInt32BigEndian(answer.Span[1..]);
            answer = answer[FrameHead..];
            answer = answer[..(int)Math.Min(length, (uint)answer.Length)];
        }

        _hasRejected |= OtlpAnswer.HasRejected(answer.Span);
    }
}
