using System.Collections.Immutable;
using Gemel.Query.Functions;
using Gemel.Query.Syntax;

namespace Gemel.Query.Binding;

/// <summary>Checks what the grammar leaves open: the selection, function names and their arguments.</summary>
internal sealed class QueryBinder
{
    private const string DefaultCountName = "COUNT";

    private readonly DiagnosticList _diagnostics;
    private readonly CheckContext _check;
    private readonly NameScope _scope;

    private QueryBinder(SourceSyntax source, DiagnosticList diagnostics)
    {
        _scope = new NameScope(source.Alias);
        _check = new CheckContext(_scope, source.IsRelationships, diagnostics);
        _diagnostics = diagnostics;
    }

    /// <summary>What is returned is whole only where no error was reported.</summary>
    public static BoundQuery Bind(QuerySyntax query, DiagnosticList diagnostics)
    {
        QueryBinder binder = new(query.Source, diagnostics);
        if (query.Where is not null)
        {
            binder._check.Condition(query.Where);
        }
        ImmutableArray<SelectItem> items = query.Select.Items;
        binder.CheckAlone(items);
        CountItem? count = items.OfType<CountItem>().FirstOrDefault();
        return new BoundQuery(
            query.Source.IsRelationships, binder._scope, query.Select.Top, binder.BindItems(items), count is null ? null : count.Name ?? DefaultCountName, query.Where);
    }

    private void CheckAlone(ImmutableArray<SelectItem> items)
    {
        foreach (SelectItem item in items.Where(i => i is StarItem or CountItem && items.Length > 1))
        {
            _diagnostics.Add(item.Span, QueryErrors.MixedSelection.With(item is StarItem ? "*" : "COUNT()"));
        }
    }

    private ImmutableArray<BoundItem> BindItems(ImmutableArray<SelectItem> items)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        var bound = ImmutableArray.CreateBuilder<BoundItem>();
        foreach (PathItem item in items.OfType<PathItem>())
        {
            string name = item.Name ?? item.Path.Names[^1].Text;
            if (!names.Add(name))
            {
                _diagnostics.Add(item.Span, QueryErrors.DuplicateColumn.With(name));
            }
            bound.Add(new BoundItem(item.Path, name));
        }
        return bound.ToImmutable();
    }
}
