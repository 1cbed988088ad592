using System.Security.Cryptography;
using System.Text;
using Platform.Abstractions.Audit;

namespace Platform.Api.Audit;

/// <summary>
/// What a zip writer writes to, on its way to a client that takes no synchronous writes: gathers until <see cref="DrainAsync"/>, computes the hash of what passed, and keeps the
/// last <see cref="BundleSeal.Size"/> bytes back, in whose place the seal goes.
/// </summary>
internal sealed class BundleStream(Stream to) : Stream
{
    private readonly MemoryStream _gathered = new();
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => _gathered.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => _gathered.Write(buffer);

    public override void Flush()
    {
    }

    /// <summary>Sends on what was gathered, but for the last bytes.</summary>
    public async Task DrainAsync(CancellationToken cancel)
    {
        var ready = (int)_gathered.Length - BundleSeal.Size;
        if (ready <= 0)
        {
            return;
        }

        var bytes = _gathered.GetBuffer();
        _hash.AppendData(bytes.AsSpan(0, ready));
        await to.WriteAsync(bytes.AsMemory(0, ready), cancel);
        bytes.AsSpan(ready, BundleSeal.Size).CopyTo(bytes);
        _gathered.SetLength(BundleSeal.Size);
        _gathered.Position = BundleSeal.Size;
    }

    /// <summary>After the last drain: hexadecimal hash of all that went on.</summary>
    public string Hash() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <summary>Sends the seal in the place of the bytes that were kept back.</summary>
    public async Task SealAsync(string statement, CancellationToken cancel) => await to.WriteAsync(Encoding.ASCII.GetBytes(statement.PadRight(BundleSeal.Size)), cancel);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gathered.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
