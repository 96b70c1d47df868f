namespace Gemel.Modeling;

/// <summary>Reads <c>@context</c>: DTDL version first, then extensions.</summary>
internal sealed class ContextReader(ErrorList errors, UnknownExtensions unknownExtensions)
{
    private const string DtdlPrefix = "dtmi:dtdl:context;";
    private const string LimitsPrefix = "dtmi:dtdl:limits:";

    /// <param name="element">Object whose <c>@context</c> is read.</param>
    /// <param name="outer">Context around it; null at the top.</param>
    /// <returns>null where no context stands; the error is in the list.</returns>
    public DtdlContext? Read(SourceNode element, DtdlContext? outer)
    {
        SourceNode? node = element.Find("@context");
        if (node is null)
        {
            if (outer is null)
            {
                errors.Add(element, ModelingErrors.MissingContext.With());
            }
            return outer;
        }
        if (node.Kind == SourceKind.Object)
        {
            errors.Add(node, ModelingErrors.LocalContext.With());
            return outer;
        }
        bool inherits = outer is not null && node is { Kind: SourceKind.Array, Items.Count: 0 };
        if (inherits)
        {
            return outer;
        }
        if (!(node.IsString || node is { Kind: SourceKind.Array, Items.Count: > 0 }))
        {
            errors.Add(node, ModelingErrors.InvalidContext.With(node.Describe()));
            return outer;
        }
        return ReadList(node.AsList(), outer, element);
    }

    private DtdlContext? ReadList(IReadOnlyList<SourceNode> nodes, DtdlContext? outer, SourceNode element)
    {
        int before = errors.Count;
        DtdlVersion? version = null;
        List<string> extensions = [];
        bool isComplete = true;
        for (int i = 0; i < nodes.Count; i++)
        {
            SourceNode node = nodes[i];
            if (node.Kind == SourceKind.Object)
            {
                errors.Add(node, ModelingErrors.LocalContext.With());
            }
            else if (!node.IsString || !node.Text.StartsWith("dtmi:", StringComparison.Ordinal))
            {
                errors.Add(node, ModelingErrors.InvalidContext.With(node.Describe()));
            }
            else if (node.Text.StartsWith(DtdlPrefix, StringComparison.Ordinal))
            {
                // The context of IoT Central implies version 2, so that it alone may stand before the language's.
                bool isFirst = nodes.Take(i).All(n => n.Text == Extensions.Central);
                version = ReadVersion(node, isFirst, i == 0 ? null : nodes[i - 1]) ?? version;
            }
            else
            {
                version ??= outer?.Version;
                isComplete &= ReadExtension(node, version, extensions);
            }
        }
        if (version is null && errors.Count == before)
        {
            errors.Add(element, ModelingErrors.MissingContext.With());
        }
        return version is null ? outer : new DtdlContext(version, extensions, isComplete);
    }

    private DtdlVersion? ReadVersion(SourceNode node, bool isFirst, SourceNode? previous)
    {
        string text = node.Text[DtdlPrefix.Length..];
        int hash = text.IndexOf('#', StringComparison.Ordinal);
        string fragment = hash < 0 ? "" : text[hash..];
        DtdlVersion? version = int.TryParse(hash < 0 ? text : text[..hash], out int number) ? DtdlVersion.Find(number) : null;
        if (version is null)
        {
            errors.Add(node, ModelingErrors.UnsupportedVersion.With(node.Text));
            return null;
        }
        bool fragmentFits = fragment.Length == 0 || (version.AllowsLimitContexts && (fragment == "#limits" || fragment == "#limitless"));
        // "#limitless" leaves the limits open, and the context after it names them.
        bool placeFits = fragment == "#limits" ? previous?.Text == $"{DtdlPrefix}{number}#limitless" : isFirst;
        if (!fragmentFits)
        {
            errors.Add(node, ModelingErrors.ContextFragment.With(node.Text, version.Number));
        }
        else if (!placeFits)
        {
            errors.Add(node, ModelingErrors.ContextOrder.With(node.Text));
        }
        return version;
    }

    /// <returns>false where the extension is unknown and tolerated.</returns>
    private bool ReadExtension(SourceNode node, DtdlVersion? version, List<string> extensions)
    {
        if (Extensions.IsKnown(node.Text))
        {
            extensions.Add(node.Text);
            return true;
        }
        bool tolerated = unknownExtensions switch
        {
            UnknownExtensions.Tolerated => true,
            UnknownExtensions.ByVersion => version is { TakesUndefinedTerms: true },
            _ => false,
        };
        int hash = node.Text.IndexOf('#', StringComparison.Ordinal);
        if (!tolerated || node.Text.StartsWith(LimitsPrefix, StringComparison.Ordinal))
        {
            errors.Add(node, ModelingErrors.UnknownExtension.With(node.Text));
        }
        else if (hash >= 0)
        {
            errors.Add(node, ModelingErrors.ContextFragment.With(node.Text, version?.Number));
        }
        return false;
    }
}
