namespace Platform.Admin.Palette;

/// <summary>Something by its name, and the page that it has.</summary>
/// <param name="Kind">For people.</param>
/// <param name="Text">Its name: written by others, so the script puts it into the page as a text.</param>
/// <param name="More">Its id, where the name is not one.</param>
/// <param name="Href">In this console.</param>
internal sealed record PaletteHit(string Kind, string Text, string? More, string Href);
