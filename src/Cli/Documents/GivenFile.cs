using System.Text;
using Platform.Cli.Outcomes;

namespace Platform.Cli.Documents;

/// <summary>A text that the user names by its file, or pipes in for <c>-</c>.</summary>
internal static class GivenFile
{
    private const char ByteOrderMark = '\uFEFF';
    private const int MaxBytes = 1024 * 1024;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static async Task<Outcome<string>> TextAsync(string path, Func<Stream> openInput, CancellationToken cancel)
    {
        if (!Open(path, openInput).Try(out var stream, out var refused))
        {
            return refused;
        }

        await using (stream)
        {
            try
            {
                var buffer = new byte[MaxBytes + 1];
                var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
                return length > MaxBytes ? Refusal.Usage($"{path} has more than 1 MiB.") : Strict.GetString(buffer, 0, length).TrimStart(ByteOrderMark);
            }
            catch (IOException)
            {
                return Refusal.Usage($"{path} cannot be read.");
            }
            catch (DecoderFallbackException)
            {
                return Refusal.Usage($"{path} is no text in UTF-8.");
            }
        }
    }

    public static Outcome<Stream> Open(string path, Func<Stream> openInput)
    {
        try
        {
            return path == "-" ? openInput() : File.OpenRead(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Refusal.Usage($"{path} cannot be read.");
        }
    }
}
