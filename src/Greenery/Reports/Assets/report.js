// Search, filters, sorting, long lists and detail. Without it the page is still whole: links lead to the dictionary's entries.
(() => {
    'use strict';
    const all = (selector, within = document) => [...within.querySelectorAll(selector)];

    // A choice of a box or a link opens the dictionary's entry beside the page; the entry stays where it is.
    const dialog = document.getElementById('detail');
    const title = document.getElementById('detail-title');
    const body = document.getElementById('detail-body');
    const entryOf = hash => hash.length > 1 ? document.getElementById(decodeURIComponent(hash.slice(1))) : null;

    // A long list shows its first items and a button for all. Items that a filter hides do not count.
    const lists = new Map();
    const itemsOf = list => [...list.children].filter(item => item.tagName !== 'H3');
    function shorten(list) {
        const { button, most, noun, isAll } = lists.get(list);
        const shown = itemsOf(list).filter(item => !item.hidden);
        const isLong = shown.length > most + 2;
        list.classList.toggle('short', isLong && !isAll);
        itemsOf(list).forEach(item => item.classList.remove('beyond'));
        shown.slice(most).forEach(item => item.classList.add('beyond'));
        button.hidden = !isLong;
        button.setAttribute('aria-expanded', isAll);
        button.textContent = isAll ? 'Show the first ' + most + ' ' + noun + ' only' : 'Show all ' + shown.length + ' ' + noun;
    }
    function expand(list, isAll) {
        lists.get(list).isAll = isAll;
        shorten(list);
    }
    for (const list of all('[data-most]')) {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = 'more';
        (list.tagName === 'TBODY' ? list.closest('table') : list).after(button);
        lists.set(list, { button, most: Number(list.dataset.most), noun: list.dataset.noun, isAll: false });
        button.addEventListener('click', () => expand(list, !lists.get(list).isAll));
        shorten(list);
    }

    function show(entry) {
        const copy = entry.querySelector('.body').cloneNode(true);
        title.textContent = entry.querySelector('.name').textContent;
        body.replaceChildren(...copy.childNodes);
        body.className = 'body';
        body.querySelector('.sql')?.setAttribute('open', '');
        if (!dialog.open) {
            dialog.showModal();
        }
        dialog.scrollTop = 0;
    }

    document.addEventListener('click', event => {
        const link = event.target.closest('a[href^="#model-"], a[href^="#source-"], a[href^="#metric-"]');
        if (!link || event.ctrlKey || event.metaKey || event.shiftKey) {
            return;
        }
        const entry = entryOf(link.getAttribute('href'));
        if (entry && dialog.showModal) {
            event.preventDefault();
            show(entry);
        }
    });
    document.getElementById('detail-close').addEventListener('click', () => dialog.close());
    dialog.addEventListener('click', event => {
        if (event.target === dialog) {
            dialog.close();
        }
    });
    const openTarget = () => {
        const entry = entryOf(location.hash);
        const list = entry?.closest('.short');
        if (list) {
            expand(list, true);
        }
        if (entry instanceof HTMLDetailsElement) {
            entry.open = true;
            entry.scrollIntoView();
        }
    };
    addEventListener('hashchange', openTarget);
    openTarget();

    // Search: every word must occur in the entry's name, descriptions or columns.
    const find = document.getElementById('find');
    const found = document.getElementById('found');
    const entries = all('.entry').map(element => ({
        element,
        name: element.querySelector('.name').textContent.toLowerCase(),
        text: [element.querySelector('summary'), ...all('.columns', element)].map(part => part.textContent).join(' ').toLowerCase(),
    }));
    document.querySelector('.search').hidden = false;
    find.addEventListener('input', () => {
        const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
        let count = 0;
        for (const entry of entries) {
            const fits = words.every(word => entry.text.includes(word));
            entry.element.hidden = !fits;
            count += fits ? 1 : 0;
        }
        for (const group of all('.entries')) {
            group.hidden = all('.entry', group).every(entry => entry.hidden);
            expand(group, words.length > 0);
        }
        found.textContent = words.length === 0 ? '' : count === 0 ? 'Nothing fits.' : count === 1 ? '1 entry fits.' : count + ' entries fit.';
    });

    // Problems of one owner and of one tag.
    const [owner, tag, shown] = ['owner', 'tag', 'shown'].map(id => document.getElementById(id));
    if (shown) {
        shown.closest('.filter').hidden = false;
        const filter = () => {
            const problems = all('#problems .problem');
            for (const problem of problems) {
                const isOwned = !owner?.value || problem.dataset.owner === owner.value;
                const isTagged = !tag?.value || problem.dataset.tags.split('\n').includes(tag.value);
                problem.hidden = !(isOwned && isTagged);
            }
            const count = problems.filter(problem => !problem.hidden).length;
            shown.textContent = !owner?.value && !tag?.value ? '' : count + ' of ' + problems.length + ' shown.';
            all('.problems').forEach(shorten);
        };
        [owner, tag].forEach(choice => choice?.addEventListener('change', filter));
    }

    // Sorting: by the value a cell carries, else by its number or its text; a second choice turns it round.
    const value = (row, column) => {
        const cell = row.cells[column];
        const text = cell.textContent.trim().toLowerCase();
        if (cell.dataset.v === undefined && !cell.classList.contains('number')) {
            return text;
        }
        const number = parseFloat(cell.dataset.v ?? text.replace(/[$,]/g, ''));
        return Number.isNaN(number) ? -Infinity : number;
    };
    for (const header of all('table.sortable thead th:not([data-sort])')) {
        const button = document.createElement('button');
        button.type = 'button';
        button.append(...header.childNodes);
        header.append(button);
        button.addEventListener('click', () => {
            const table = header.closest('table');
            const column = header.cellIndex;
            const isUp = header.getAttribute('aria-sort') !== 'ascending';
            all('th[aria-sort]', table).forEach(other => other.removeAttribute('aria-sort'));
            header.setAttribute('aria-sort', isUp ? 'ascending' : 'descending');
            const rows = [...table.tBodies[0].rows].sort((one, other) => {
                const [a, b] = [value(one, column), value(other, column)];
                return (a < b ? -1 : a > b ? 1 : 0) * (isUp ? 1 : -1);
            });
            table.tBodies[0].append(...rows);
            if (lists.has(table.tBodies[0])) {
                shorten(table.tBodies[0]);
            }
        });
    }

    // Trends: the value under the pointer is read out below the line.
    for (const card of all('.figure')) {
        const readout = card.querySelector('.readout');
        const spark = card.querySelector('.spark');
        if (!readout || !spark) {
            continue;
        }
        const rest = readout.textContent;
        spark.addEventListener('pointerover', event => {
            const text = event.target.querySelector?.(':scope > title')?.textContent;
            readout.textContent = text ?? rest;
        });
        spark.addEventListener('pointerleave', () => { readout.textContent = rest; });
    }

    // Lineage: all that a box comes from and goes into stands out while it is pointed at or has the focus.
    const graph = document.querySelector('.lineage');
    const edges = all('.edges path', graph);
    const boxes = all('.box', graph);
    const follow = (start, from, to) => {
        const seen = new Set([start]);
        for (const node of seen) {
            edges.filter(edge => edge.dataset[from] === node).forEach(edge => seen.add(edge.dataset[to]));
        }
        return seen;
    };
    const trace = node => {
        const before = follow(node, 'to', 'from');
        const behind = follow(node, 'from', 'to');
        graph.classList.add('traced');
        edges.forEach(edge => edge.classList.toggle('on',
            (before.has(edge.dataset.from) && before.has(edge.dataset.to)) || (behind.has(edge.dataset.from) && behind.has(edge.dataset.to))));
        boxes.forEach(box => box.classList.toggle('on', before.has(box.dataset.node) || behind.has(box.dataset.node)));
    };
    for (const box of boxes) {
        for (const name of ['pointerenter', 'focus']) {
            box.addEventListener(name, () => trace(box.dataset.node));
        }
        for (const name of ['pointerleave', 'blur']) {
            box.addEventListener(name, () => graph.classList.remove('traced'));
        }
    }

    // On paper nobody can open what is closed.
    let opened = [];
    addEventListener('beforeprint', () => {
        opened = all('details.print-open:not([open])');
        opened.forEach(detail => { detail.open = true; });
    });
    addEventListener('afterprint', () => opened.forEach(detail => { detail.open = false; }));
})();
