using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Terminals;

namespace Platform.Cli.Shell;

/// <summary>Puts an answer into a new file of mode 0600, whole or not at all, or onto standard output.</summary>
internal static class Download
{
    public static async Task<Refusal?> ToAsync(Run run, string file, HttpMethod method, Route route, Func<RestRequest, RestRequest>? more = null)
    {
        FileStream? made = null;
        if (file != "-" && !ProtectedFile.Create(file).Try(out made, out var unwritten))
        {
            return unwritten;
        }

        var isWhole = false;
        try
        {
            if (!(await run.OpenAsync(method, route, more)).Try(out var response, out var refused))
            {
                return refused;
            }

            using (response)
            {
                await using var to = made ?? run.Terminal.OpenOutput();
                var failed = await CopyAsync(run, response, to);
                isWhole = failed is null;
                return failed;
            }
        }
        finally
        {
            if (made is not null)
            {
                await made.DisposeAsync();
                if (!isWhole)
                {
                    File.Delete(file);
                }
            }
        }
    }

    private static async Task<Refusal?> CopyAsync(Run run, HttpResponseMessage response, Stream to)
    {
        var all = response.Content.Headers.ContentLength;
        using var progress = new ProgressLine(run.Terminal);
        await using var from = await response.Content.ReadAsStreamAsync(run.Cancel);
        var buffer = new byte[64 * 1024];
        for (long done = 0; ;)
        {
            int read;
            try
            {
                read = await from.ReadAsync(buffer, run.Cancel);
            }
            catch (Exception broken) when (RestClient.IsOfNetwork(broken, run.Cancel))
            {
                return Refusal.Unavailable("The connection broke off before the end. Nothing was kept.");
            }

            if (read == 0)
            {
                return null;
            }

            await to.WriteAsync(buffer.AsMemory(0, read), run.Cancel);
            done += read;
            progress.Bytes("Received", done, all);
        }
    }
}
