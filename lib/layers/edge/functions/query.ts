/** Declares, inside of a step, what was asked of a path with its question mark, or nothing. */
export const askedOf = `const query = Object.keys(request.querystring).map((key) => {
    const one = request.querystring[key];
    return (one.multiValue || [one]).map((each) => each.value === '' ? key : key + '=' + each.value).join('&');
  }).join('&');
  const asked = query === '' ? '' : '?' + query;`;
