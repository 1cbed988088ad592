using System.Text;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Terminals;

namespace Platform.Cli.Shell;

/// <summary>Puts an answer into a new file of mode 0600, whole or not at all, or onto standard output.</summary>
internal static class Download
{
    /// <param name="run">Whose command it is.</param>
    /// <param name="file">New file, or <c>-</c>. A terminal gets no bytes: they could command it.</param>
    /// <param name="method">Of the request.</param>
    /// <param name="route">Whose answer is wanted.</param>
    /// <param name="more">What else the request has.</param>
    /// <param name="shownAsText">A terminal is shown it as text, line by line, cleaned.</param>
    /// <param name="whole">Told of the answer's head when all of it is there.</param>
    public static async Task<Refusal?> ToAsync(
        Run run, string file, HttpMethod method, Route route, Func<RestRequest, RestRequest>? more = null, bool shownAsText = false, Func<HttpResponseMessage, Task>? whole = null)
    {
        if (file == "-" && run.Terminal.IsOutputShown)
        {
            return shownAsText ? await ShowAsync(run, method, route, more) : Refusal.Usage("Bytes are written to no terminal. Name a file, or pipe them on.");
        }

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
                if (isWhole && whole is not null)
                {
                    await whole(response);
                }

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

    private static async Task<Refusal?> ShowAsync(Run run, HttpMethod method, Route route, Func<RestRequest, RestRequest>? more)
    {
        if (!(await run.OpenAsync(method, route, more)).Try(out var response, out var refused))
        {
            return refused;
        }

        using (response)
        {
            using var gathered = new MemoryStream();
            if (await CopyAsync(run, response, gathered) is { } broken)
            {
                return broken;
            }

            var text = Encoding.UTF8.GetString(gathered.GetBuffer(), 0, (int)gathered.Length);
            foreach (var line in text.Split('\n'))
            {
                await run.Terminal.Output.WriteLineAsync(PlainText.Clean(line.TrimEnd('\r')));
            }

            return null;
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
