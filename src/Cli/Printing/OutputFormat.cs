namespace Platform.Cli.Printing;

/// <summary>How results are written.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Table = 0,

    /// <summary>For programs: everything that the server said.</summary>
    Json = 1,

    /// <summary>The same as YAML.</summary>
    Yaml = 2,
}
